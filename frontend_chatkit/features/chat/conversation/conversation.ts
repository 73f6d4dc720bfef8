import { lastQuestion, ofPage } from "@/features/chat/conversation/items";
import {
  awaitsReply,
  type Change,
  type Conversation,
  EMPTY,
  isBusy,
  reduced,
} from "@/features/chat/conversation/reducer";
import { ActionRefused, isPassing, troubleWith } from "@/features/chat/conversation/trouble";
import type { Protocol } from "@/features/chat/protocol/client";
import { cancelTurn, conversationNow, followTurn } from "@/features/chat/protocol/turns";
import {
  type Feedback,
  said,
  type ThreadEvent,
  textOf,
  type UserMessage,
  type WidgetAction,
} from "@/features/chat/protocol/types";
import { BffError } from "@/lib/bff";
import { isAbort, StreamInterrupted } from "@/lib/event-stream";

const PAGE = 50;
// How long to wait before each try to catch up, in seconds: a restarted server is back by then.
const PAUSES = [0, 1, 2, 3, 5, 5, 10, 10, 10, 15];

// A thread as old as this can be the one whose start was not confirmed.
const JUST_NOW_MS = 2 * 60_000;

type Pause = (seconds: number) => Promise<void>;

/** Return after so many seconds. */
export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/**
 * The conversation that is open: what is in it, and what can be done in it.
 *
 * What goes wrong is part of the state; only `press` throws.
 */
export class OpenConversation {
  private readonly protocol: Protocol;
  private readonly pause: Pause;
  private state: Conversation = EMPTY;
  private readonly listeners = new Set<() => void>();
  /** Ends what is being read; a reply itself goes on at the server. */
  private reading = new AbortController();
  private stopWanted = false;

  constructor(protocol: Protocol, wait: Pause = pause) {
    this.protocol = protocol;
    this.pause = wait;
  }

  readonly now = (): Conversation => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Show a thread, or none for a new one. A reply that is being written there is followed. */
  async show(threadId: string | null): Promise<void> {
    if (threadId === this.state.threadId) return;
    if (!threadId) return this.leave();
    const signal = this.begin({ type: "opened", threadId });
    await this.reload(signal);
  }

  /** Read the thread anew, after that failed. */
  async reload(signal = this.begin({ type: "phase", phase: "loading" })): Promise<void> {
    try {
      await this.catchUp(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof StreamInterrupted) return this.recover(signal, null);
      this.change({ type: "failed", trouble: troubleWith(error, "load") });
    }
  }

  /** Forget the thread: what is said next starts a new one. */
  leave(): void {
    this.begin({ type: "left" });
  }

  /** Stop reading, and forget what was read. */
  close(): void {
    this.reading.abort();
    this.state = EMPTY;
  }

  /** Say something. */
  async send(text: string): Promise<void> {
    if (isBusy(this.state)) return;
    const input = said(text);
    const { threadId, unsent } = this.state;
    const signal = this.begin({ type: "asked", text });
    // The answer may have been lost where the message was not.
    if (text === unsent && (await this.wasTaken(text, signal))) return this.recover(signal, null);
    const events = threadId
      ? this.protocol.stream("threads.add_user_message", { thread_id: threadId, input }, signal)
      : this.protocol.stream("threads.create", { input }, signal);
    await this.read(events, signal, text);
  }

  /** Have the last message answered anew. */
  async retry(): Promise<void> {
    const { threadId, items } = this.state;
    const question = lastQuestion(items);
    if (isBusy(this.state) || !threadId || !question) return;
    const asked = { thread_id: threadId, item_id: question.id };
    const signal = this.begin({ type: "asked again", itemId: question.id });
    await this.read(this.protocol.stream("threads.retry_after_item", asked, signal), signal, null);
  }

  /** Stop the reply; what was said until then is kept. */
  async stop(): Promise<void> {
    const { threadId, phase } = this.state;
    if (phase !== "waiting" && phase !== "replying" && !this.stopWanted) return;
    this.change({ type: "phase", phase: "stopping" });
    this.stopWanted = threadId === null;
    if (!threadId) return;
    try {
      const { running_turn_id } = await conversationNow(threadId);
      if (running_turn_id) await cancelTurn(running_turn_id);
    } catch (error) {
      if (this.state.phase !== "stopping") return;
      this.change({ type: "phase", phase: "replying" });
      const message = `The reply could not be stopped. ${troubleWith(error, null).message}`;
      this.change({ type: "event", event: { type: "notice", level: "warning", message } });
    }
  }

  /** Read the items before the first. */
  async loadEarlier(): Promise<void> {
    const { threadId, earlier } = this.state;
    if (!threadId || !earlier) return;
    const { signal } = this.reading;
    const asked = { thread_id: threadId, order: "desc", limit: PAGE, after: earlier } as const;
    try {
      const page = await this.protocol.ask("items.list", asked, signal);
      this.change({ type: "loaded earlier", page });
    } catch (error) {
      if (!signal.aborted) this.change({ type: "failed", trouble: troubleWith(error, null) });
    }
  }

  /** Bring what is shown up to date, if nothing else goes on. */
  async refresh(): Promise<void> {
    const { threadId, phase, trouble, earlier } = this.state;
    if (!threadId || phase !== "idle" || trouble || earlier) return;
    const { signal } = this.reading;
    await this.catchUp(signal).catch((error: unknown) => {
      if (!signal.aborted) console.info("The conversation could not be refreshed:", error);
    });
  }

  /** Do what a button of a widget asks for. Throws as `bff` does, StreamInterrupted, and ActionRefused. */
  async press(itemId: string, action: WidgetAction): Promise<void> {
    const { threadId } = this.state;
    if (!threadId) return;
    const asked = { thread_id: threadId, item_id: itemId, action };
    for await (const event of this.protocol.stream("threads.custom_action", asked)) {
      if (event.type === "error") throw new ActionRefused(event.message ?? "That did not work.");
      if (this.state.threadId === threadId) this.change({ type: "event", event });
    }
    void this.refresh();
  }

  /** Say what a reply was worth. Throws as `bff` does. */
  async rate(item_ids: string[], kind: Feedback): Promise<void> {
    const { threadId: thread_id } = this.state;
    if (!thread_id) return;
    await this.protocol.ask("items.feedback", { thread_id, item_ids, kind });
    this.change({ type: "rated", itemIds: item_ids, kind });
  }

  private begin(change: Change): AbortSignal {
    this.reading.abort();
    this.reading = new AbortController();
    this.stopWanted = false;
    this.change(change);
    return this.reading.signal;
  }

  private change(change: Change): void {
    this.state = reduced(this.state, change);
    for (const listener of this.listeners) listener();
  }

  /** Read a reply to its end, however often that takes. */
  private async read(
    events: AsyncIterable<ThreadEvent>,
    signal: AbortSignal,
    unsent: string | null,
  ): Promise<void> {
    let whole = false;
    try {
      for await (const event of events) {
        if (signal.aborted) return;
        this.take(event);
        whole ||= isLast(event);
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      if (!(error instanceof StreamInterrupted)) return this.refused(error, signal, unsent);
    }
    if (!whole) return this.recover(signal, this.state.pending ? unsent : null);
    this.change({ type: "phase", phase: "idle" });
    // Lists further up show the tasks as they were before this reply.
    if (this.state.items.some(({ type }) => type === "widget")) await this.refresh();
  }

  private take(event: ThreadEvent): void {
    this.change({ type: "event", event });
    if (event.type === "thread.item.done" && this.stopWanted) void this.stop();
  }

  private async refused(error: unknown, signal: AbortSignal, text: string | null): Promise<void> {
    if (text === null) {
      const trouble = troubleWith(error, "retry");
      await this.reload(signal);
      return this.change({ type: "failed", trouble });
    }
    this.change({ type: "refused", text, trouble: troubleWith(error, "send") });
    if (error instanceof BffError && error.code === "conversation_busy") {
      await this.recover(signal, null);
    }
  }

  /** Read what was missed, and follow the reply if it is still being written. */
  private async recover(signal: AbortSignal, unsent: string | null): Promise<void> {
    if (!this.state.threadId) return this.lost(unsent ?? "");
    const caughtUp = await this.keepCatchingUp(signal);
    if (caughtUp && unsent !== null && !this.hasTaken(unsent)) this.lost(unsent);
  }

  private async keepCatchingUp(signal: AbortSignal): Promise<boolean> {
    for (const seconds of PAUSES) {
      this.change({ type: "phase", phase: "reconnecting" });
      await this.pause(seconds);
      if (signal.aborted) return false;
      const error = await this.catchUp(signal).catch((error: unknown) => error);
      if (signal.aborted) return false;
      if (error === undefined) return true;
      if (!isPassing(error)) {
        this.change({ type: "failed", trouble: troubleWith(error, "load") });
        return false;
      }
    }
    const message = "The connection is lost. What was said is kept.";
    this.change({ type: "failed", trouble: { message, remedy: "load" } });
    return false;
  }

  private lost(text: string): void {
    const message = "Your message did not get through.";
    this.change({ type: "refused", text, trouble: { message, remedy: "send" } });
  }

  private async catchUp(signal: AbortSignal): Promise<void> {
    const threadId = this.state.threadId;
    if (!threadId) return;
    const { title, running_turn_id, feedback } = await conversationNow(threadId, signal);
    await this.load(threadId, signal);
    this.change({ type: "described", title, feedback });
    // A reply is stored as its turn ends: one that is there already must not be told again.
    if (running_turn_id && awaitsReply(this.state)) {
      this.change({ type: "phase", phase: "waiting" });
      for await (const event of followTurn(threadId, running_turn_id, signal)) {
        signal.throwIfAborted();
        this.take(event);
      }
      await this.load(threadId, signal);
    }
    signal.throwIfAborted();
    this.change({ type: "phase", phase: "idle" });
  }

  private async load(threadId: string, signal: AbortSignal): Promise<void> {
    const asked = { thread_id: threadId, order: "desc", limit: PAGE } as const;
    const page = await this.protocol.ask("items.list", asked, signal);
    signal.throwIfAborted();
    this.change({ type: "loaded", page });
  }

  /** Whether a message arrived though nobody said so; the thread that it started is shown then. */
  private async wasTaken(text: string, signal: AbortSignal): Promise<boolean> {
    const known = lastQuestion(this.state.items.slice(0, -1))?.id;
    const threadId = this.state.threadId ?? (await this.startedJustNow(signal));
    if (!threadId) return signal.aborted;
    const asked = { thread_id: threadId, order: "desc", limit: PAGE } as const;
    const page = await this.protocol.ask("items.list", asked, signal).catch(() => null);
    const question = page && lastQuestion(ofPage(page.data));
    if (signal.aborted || !question) return signal.aborted;
    if (question.id === known || !isSame(question, text)) return false;
    this.change({ type: "opened", threadId });
    return true;
  }

  private async startedJustNow(signal: AbortSignal): Promise<string | null> {
    const asked = { order: "desc", limit: 1 } as const;
    const newest = await this.protocol.ask("threads.list", asked, signal).catch(() => null);
    const [thread] = newest?.data ?? [];
    const age = thread ? Date.now() - Date.parse(thread.created_at) : Number.POSITIVE_INFINITY;
    return thread && age < JUST_NOW_MS ? thread.id : null;
  }

  private hasTaken(text: string): boolean {
    const question = lastQuestion(this.state.items);
    return question !== null && isSame(question, text);
  }
}

function isSame(question: UserMessage, text: string): boolean {
  return textOf(question).trim() === text.trim();
}

/** Whether a reply is stored when an event has come. */
function isLast(event: ThreadEvent): boolean {
  if (event.type === "error") return true;
  return event.type === "thread.item.done" && event.item.type !== "user_message";
}

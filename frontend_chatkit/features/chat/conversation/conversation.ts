import { ActionRefused, errorFrom, isTemporary } from "@/features/chat/conversation/errors";
import { itemsOf, lastUserMessage } from "@/features/chat/conversation/items";
import {
  awaitsReply,
  type Change,
  type Conversation,
  EMPTY,
  isBusy,
  reduce,
} from "@/features/chat/conversation/reducer";
import { cancelTurn, conversationState, type Protocol } from "@/features/chat/protocol/client";
import {
  type Feedback,
  type ThreadEvent,
  textOf,
  type UserMessage,
  userInput,
  type WidgetAction,
} from "@/features/chat/protocol/types";
import { BffError } from "@/lib/bff";
import { isAbort, StreamInterrupted } from "@/lib/event-stream";

const PAGE = 50;
// The pauses before each attempt to catch up: a restarted server is back by then.
const RETRY_SECONDS = [0, 1, 2, 3, 5, 5, 10, 10, 10, 15];

// The maximum age of a thread that may be the one whose creation was not confirmed.
const RECENT_MS = 2 * 60_000;

type Pause = (seconds: number) => Promise<void>;

/** Wait for a number of seconds. */
export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/**
 * The open conversation: its state, and the commands that change it.
 *
 * Errors are part of the state, except that `press` and `rate` throw.
 */
export class OpenConversation {
  private readonly protocol: Protocol;
  private readonly pause: Pause;
  private state: Conversation = EMPTY;
  private readonly listeners = new Set<() => void>();
  /** Ends the current requests; a reply continues on the server. */
  private requests = new AbortController();
  private stopRequested = false;

  constructor(protocol: Protocol, wait: Pause = pause) {
    this.protocol = protocol;
    this.pause = wait;
  }

  readonly now = (): Conversation => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Open a thread, or none to start a new one. A reply that is in progress there is followed. */
  async show(threadId: string | null): Promise<void> {
    if (threadId === this.state.threadId) return;
    if (!threadId) return this.leave();
    const signal = this.begin({ type: "opened", threadId });
    await this.reload(signal);
  }

  /** Load the thread again, after that failed. */
  async reload(signal = this.begin({ type: "phase", phase: "loading" })): Promise<void> {
    try {
      await this.catchUp(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof StreamInterrupted) return this.recover(signal, null);
      this.change({ type: "failed", error: errorFrom(error, "load") });
    }
  }

  /** Close the thread: the next message starts a new one. */
  leave(): void {
    this.begin({ type: "closed" });
  }

  /** Abort all requests and clear the state. */
  close(): void {
    this.requests.abort();
    this.state = EMPTY;
  }

  /** Send a message, and read its reply. */
  async send(text: string): Promise<void> {
    if (isBusy(this.state)) return;
    const input = userInput(text);
    const { threadId, unsent } = this.state;
    const signal = this.begin({ type: "message sent", text });
    // The message may have arrived although its response was lost.
    if (text === unsent && (await this.wasStored(text, signal))) return this.recover(signal, null);
    const events = threadId
      ? this.protocol.stream("threads.add_user_message", { thread_id: threadId, input }, signal)
      : this.protocol.stream("threads.create", { input }, signal);
    await this.read(events, signal, text);
  }

  /** Replace the reply to the last message by a new one. */
  async retry(): Promise<void> {
    const { threadId, items } = this.state;
    const userMessage = lastUserMessage(items);
    if (isBusy(this.state) || !threadId || !userMessage) return;
    const params = { thread_id: threadId, item_id: userMessage.id };
    const signal = this.begin({ type: "retry started", itemId: userMessage.id });
    await this.read(this.protocol.stream("threads.retry_after_item", params, signal), signal, null);
  }

  /** Stop the reply; its text so far is stored. */
  async stop(): Promise<void> {
    const { threadId, phase } = this.state;
    if (phase !== "waiting" && phase !== "replying" && !this.stopRequested) return;
    this.change({ type: "phase", phase: "stopping" });
    this.stopRequested = threadId === null;
    if (!threadId) return;
    try {
      const { running_turn_id } = await conversationState(threadId);
      if (running_turn_id) await cancelTurn(running_turn_id);
    } catch (error) {
      if (this.state.phase !== "stopping") return;
      this.change({ type: "phase", phase: "replying" });
      const message = `The reply could not be stopped. ${errorFrom(error, null).message}`;
      this.change({ type: "event", event: { type: "notice", level: "warning", message } });
    }
  }

  /** Load the items before the first one. */
  async loadEarlier(): Promise<void> {
    const { threadId, earlier } = this.state;
    if (!threadId || !earlier) return;
    const { signal } = this.requests;
    const params = { thread_id: threadId, order: "desc", limit: PAGE, after: earlier } as const;
    try {
      const page = await this.protocol.request("items.list", params, signal);
      this.change({ type: "earlier loaded", page });
    } catch (error) {
      if (!signal.aborted) this.change({ type: "failed", error: errorFrom(error, null) });
    }
  }

  /** Load the latest items, unless a request is in progress. */
  async refresh(): Promise<void> {
    const { threadId, phase, error, earlier } = this.state;
    if (!threadId || phase !== "idle" || error || earlier) return;
    const { signal } = this.requests;
    await this.catchUp(signal).catch((error: unknown) => {
      if (!signal.aborted) console.info("The conversation could not be refreshed:", error);
    });
  }

  /** Run the action of a widget. Throws as `bff` does, StreamInterrupted, and ActionRefused. */
  async press(itemId: string, action: WidgetAction): Promise<void> {
    const { threadId } = this.state;
    if (!threadId) return;
    const params = { thread_id: threadId, item_id: itemId, action };
    for await (const event of this.protocol.stream("threads.custom_action", params)) {
      if (event.type === "error") throw new ActionRefused(event.message ?? "The action failed.");
      if (this.state.threadId === threadId) this.change({ type: "event", event });
    }
    void this.refresh();
  }

  /** Rate a reply. Throws as `bff` does. */
  async rate(item_ids: string[], kind: Feedback): Promise<void> {
    const { threadId: thread_id } = this.state;
    if (!thread_id) return;
    await this.protocol.request("items.feedback", { thread_id, item_ids, kind });
    this.change({ type: "rated", itemIds: item_ids, kind });
  }

  private begin(change: Change): AbortSignal {
    this.requests.abort();
    this.requests = new AbortController();
    this.stopRequested = false;
    this.change(change);
    return this.requests.signal;
  }

  private change(change: Change): void {
    this.state = reduce(this.state, change);
    for (const listener of this.listeners) listener();
  }

  /** Read a reply to its end; where its stream is interrupted, catch up and follow it. */
  private async read(
    events: AsyncIterable<ThreadEvent>,
    signal: AbortSignal,
    unsent: string | null,
  ): Promise<void> {
    let complete = false;
    try {
      complete = await this.applyAll(events, signal);
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      if (!(error instanceof StreamInterrupted)) return this.fail(error, signal, unsent);
    }
    if (!complete) return this.recover(signal, this.state.pending ? unsent : null);
    this.change({ type: "phase", phase: "idle" });
    // Task lists of earlier replies show the state before this reply.
    if (this.state.items.some(({ type }) => type === "widget")) await this.refresh();
  }

  /** Apply the events of a reply; return whether its end was among them. */
  private async applyAll(events: AsyncIterable<ThreadEvent>, signal: AbortSignal) {
    let complete = false;
    for await (const event of events) {
      signal.throwIfAborted();
      this.apply(event);
      complete ||= endsReply(event);
    }
    return complete;
  }

  private apply(event: ThreadEvent): void {
    this.change({ type: "event", event });
    if (event.type === "thread.item.done" && this.stopRequested) void this.stop();
  }

  private async fail(error: unknown, signal: AbortSignal, text: string | null): Promise<void> {
    if (text === null) {
      const failure = errorFrom(error, "retry");
      await this.reload(signal);
      return this.change({ type: "failed", error: failure });
    }
    this.change({ type: "send failed", text, error: errorFrom(error, "send") });
    if (error instanceof BffError && error.code === "conversation_busy") {
      await this.recover(signal, null);
    }
  }

  /** Catch up with the server, and follow the reply if it is still in progress. */
  private async recover(signal: AbortSignal, unsent: string | null): Promise<void> {
    if (!this.state.threadId) return this.failToSend(unsent ?? "");
    const caughtUp = await this.retryCatchUp(signal);
    if (caughtUp && unsent !== null && !this.isStored(unsent)) this.failToSend(unsent);
  }

  private async retryCatchUp(signal: AbortSignal): Promise<boolean> {
    for (const seconds of RETRY_SECONDS) {
      this.change({ type: "phase", phase: "reconnecting" });
      await this.pause(seconds);
      if (signal.aborted) return false;
      const error = await this.catchUp(signal).catch((error: unknown) => error);
      if (signal.aborted) return false;
      if (error === undefined) return true;
      if (!isTemporary(error)) {
        this.change({ type: "failed", error: errorFrom(error, "load") });
        return false;
      }
    }
    const message = "The connection is lost. Your conversation is stored.";
    this.change({ type: "failed", error: { message, remedy: "load" } });
    return false;
  }

  private failToSend(text: string): void {
    const message = "Your message could not be sent.";
    this.change({ type: "send failed", text, error: { message, remedy: "send" } });
  }

  private async catchUp(signal: AbortSignal): Promise<void> {
    const threadId = this.state.threadId;
    if (!threadId) return;
    const { title, running_turn_id, feedback } = await conversationState(threadId, signal);
    await this.load(threadId, signal);
    this.change({ type: "metadata loaded", title, feedback });
    // A reply is stored when its turn ends: one that is loaded already must not be followed again.
    if (running_turn_id && awaitsReply(this.state)) {
      this.change({ type: "phase", phase: "waiting" });
      const complete = await this.applyAll(this.protocol.follow(running_turn_id, signal), signal);
      if (!complete) throw new StreamInterrupted("The stream ended before its reply.");
    }
    signal.throwIfAborted();
    this.change({ type: "phase", phase: "idle" });
  }

  private async load(threadId: string, signal: AbortSignal): Promise<void> {
    const params = { thread_id: threadId, order: "desc", limit: PAGE } as const;
    const page = await this.protocol.request("items.list", params, signal);
    signal.throwIfAborted();
    this.change({ type: "loaded", page });
  }

  /** Whether a message was stored without a confirmation; if it started a thread, that is opened. */
  private async wasStored(text: string, signal: AbortSignal): Promise<boolean> {
    const previous = lastUserMessage(this.state.items.slice(0, -1))?.id;
    const threadId = this.state.threadId ?? (await this.recentThread(signal));
    if (!threadId) return signal.aborted;
    const params = { thread_id: threadId, order: "desc", limit: PAGE } as const;
    const page = await this.protocol.request("items.list", params, signal).catch(() => null);
    const userMessage = page && lastUserMessage(itemsOf(page.data));
    if (signal.aborted || !userMessage) return signal.aborted;
    if (userMessage.id === previous || !isSame(userMessage, text)) return false;
    this.change({ type: "opened", threadId });
    return true;
  }

  private async recentThread(signal: AbortSignal): Promise<string | null> {
    const params = { order: "desc", limit: 1 } as const;
    const newest = await this.protocol.request("threads.list", params, signal).catch(() => null);
    const [thread] = newest?.data ?? [];
    const age = thread ? Date.now() - Date.parse(thread.created_at) : Number.POSITIVE_INFINITY;
    return thread && age < RECENT_MS ? thread.id : null;
  }

  private isStored(text: string): boolean {
    const userMessage = lastUserMessage(this.state.items);
    return userMessage !== null && isSame(userMessage, text);
  }
}

function isSame(userMessage: UserMessage, text: string): boolean {
  return textOf(userMessage).trim() === text.trim();
}

/** Whether an event marks the end of a reply. */
function endsReply(event: ThreadEvent): boolean {
  if (event.type === "error") return true;
  return event.type === "thread.item.done" && event.item.type !== "user_message";
}

import {
  lastQuestion,
  messageOf,
  ofPage,
  updated,
  withItem,
} from "@/features/chat/conversation/items";
import type { Feedback, Page, ThreadEvent, ThreadItem } from "@/features/chat/protocol/types";
import { said } from "@/features/chat/protocol/types";

/** What is going on: nothing, reading, or one of the ways in which a reply is being waited for. */
export type Phase = "idle" | "loading" | "waiting" | "replying" | "stopping" | "reconnecting";

/** What went wrong, and what can be tried: the reply anew, sending again, or reading again. */
export type Trouble = { message: string; remedy: "retry" | "send" | "load" | "sign-in" | null };

/** What the server wants the user to know. */
export type Notice = { level: "info" | "warning" | "danger"; message: string };

export type Conversation = {
  threadId: string | null;
  title: string | null;
  items: ThreadItem[];
  /** What the user thinks of replies, by message. */
  feedback: Readonly<Record<string, Feedback>>;
  /** Where older items go on, if there are any. */
  earlier: string | null;
  /** The item that is on its way to the server. */
  pending: string | null;
  phase: Phase;
  progress: string | null;
  notice: Notice | null;
  trouble: Trouble | null;
  /** What the user said and the server did not take. */
  unsent: string | null;
};

export type Change =
  | { type: "left" }
  | { type: "opened"; threadId: string }
  | { type: "described"; title: string; feedback: Conversation["feedback"] }
  | { type: "rated"; itemIds: string[]; kind: Feedback }
  | { type: "loaded"; page: Page<ThreadItem> }
  | { type: "loaded earlier"; page: Page<ThreadItem> }
  | { type: "asked"; text: string }
  | { type: "asked again"; itemId: string }
  | { type: "event"; event: ThreadEvent }
  | { type: "phase"; phase: Phase }
  | { type: "failed"; trouble: Trouble }
  | { type: "refused"; text: string; trouble: Trouble };

export const EMPTY: Conversation = {
  threadId: null,
  title: null,
  items: [],
  feedback: {},
  earlier: null,
  pending: null,
  phase: "idle",
  progress: null,
  notice: null,
  trouble: null,
  unsent: null,
};

const PENDING = "pending";
const QUIET = { progress: null, notice: null, trouble: null, unsent: null };

/** Whether a reply is being waited for or read. */
export function isBusy({ phase }: Conversation): boolean {
  return phase !== "idle" && phase !== "loading";
}

/** Return a conversation after a change. */
export function reduced(state: Conversation, change: Change): Conversation {
  switch (change.type) {
    case "left":
      return EMPTY;
    case "opened":
      return { ...EMPTY, threadId: change.threadId, phase: "loading" };
    case "described":
      return { ...state, title: change.title, feedback: change.feedback };
    case "rated":
      return { ...state, feedback: withRating(state.feedback, change.itemIds, change.kind) };
    case "loaded": {
      const { page } = change;
      return { ...state, items: ofPage(page.data), earlier: cursorOf(page), pending: null };
    }
    case "loaded earlier": {
      const known = new Set(state.items.map(({ id }) => id));
      const older = ofPage(change.page.data).filter(({ id }) => !known.has(id));
      return { ...state, items: [...older, ...state.items], earlier: cursorOf(change.page) };
    }
    case "asked":
      return asked(state, change.text);
    case "asked again": {
      const index = state.items.findIndex(({ id }) => id === change.itemId);
      return { ...state, ...QUIET, items: state.items.slice(0, index + 1), phase: "waiting" };
    }
    case "event":
      return told(state, change.event);
    case "phase":
      return {
        ...state,
        ...(change.phase === "loading" ? QUIET : {}),
        phase: change.phase,
        progress: null,
      };
    case "failed":
      return { ...state, phase: "idle", progress: null, trouble: change.trouble };
    case "refused": {
      const items = state.items.filter(({ id }) => id !== state.pending);
      const { trouble, text } = change;
      return { ...state, ...QUIET, items, pending: null, phase: "idle", trouble, unsent: text };
    }
  }
}

function withRating(feedback: Conversation["feedback"], itemIds: string[], kind: Feedback) {
  return { ...feedback, ...Object.fromEntries(itemIds.map((id) => [messageOf(id), kind])) };
}

function asked(state: Conversation, text: string): Conversation {
  const item: ThreadItem = {
    id: PENDING,
    thread_id: state.threadId ?? "",
    created_at: new Date().toISOString(),
    type: "user_message",
    content: said(text).content,
  };
  return {
    ...state,
    ...QUIET,
    items: [...state.items, item],
    pending: PENDING,
    phase: "waiting",
  };
}

function told(state: Conversation, event: ThreadEvent): Conversation {
  switch (event.type) {
    case "thread.created":
    case "thread.updated":
      return { ...state, threadId: event.thread.id, title: event.thread.title ?? state.title };
    case "thread.item.added":
    case "thread.item.done":
    case "thread.item.replaced":
      return itemTold(state, event.item);
    case "thread.item.updated": {
      const { item_id, update } = event;
      const grown = (item: ThreadItem) => (item.id === item_id ? updated(item, update) : item);
      return { ...state, items: state.items.map(grown), progress: null };
    }
    case "thread.item.removed":
      return { ...state, items: state.items.filter(({ id }) => id !== event.item_id) };
    case "progress_update":
      return { ...state, progress: event.text };
    case "notice":
      return { ...state, notice: { level: event.level, message: event.message } };
    case "error":
      return { ...state, trouble: troubleOf(event.message, event.allow_retry) };
    default:
      return state;
  }
}

function itemTold(state: Conversation, item: ThreadItem): Conversation {
  if (item.type === "user_message" && state.pending) {
    const items = state.items.filter(({ id }) => id !== state.pending);
    return { ...state, items: withItem(items, item), pending: null };
  }
  const phase =
    state.phase === "waiting" && item.type !== "user_message" ? "replying" : state.phase;
  return { ...state, items: withItem(state.items, item), phase, progress: null };
}

function troubleOf(message?: string | null, mayRetry?: boolean): Trouble {
  return {
    message: message || "The reply broke off because of an error.",
    remedy: mayRetry ? "retry" : null,
  };
}

function cursorOf(page: Page<ThreadItem>): string | null {
  return page.has_more ? (page.after ?? null) : null;
}

/** Whether the last word is the user's. */
export function awaitsReply({ items }: Conversation): boolean {
  return items.length > 0 && items.at(-1) === lastQuestion(items);
}

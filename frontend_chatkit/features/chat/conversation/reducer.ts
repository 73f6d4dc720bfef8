import {
  itemsOf,
  lastUserMessage,
  messageOf,
  withItem,
  withUpdate,
} from "@/features/chat/conversation/items";
import type { Feedback, Page, ThreadEvent, ThreadItem } from "@/features/chat/protocol/types";
import { userInput } from "@/features/chat/protocol/types";

/** The state of requests: none, loading the thread, or one of the phases of a reply. */
export type Phase = "idle" | "loading" | "waiting" | "replying" | "stopping" | "reconnecting";

/** An error, with its remedy: to retry the reply, send the message again, or load the thread again. */
export type ConversationError = {
  message: string;
  remedy: "retry" | "send" | "load" | "sign-in" | null;
};

/** A message of the server to the user. */
export type Notice = { level: "info" | "warning" | "danger"; message: string };

export type Conversation = {
  threadId: string | null;
  title: string | null;
  items: ThreadItem[];
  /** The user's ratings of replies, by message. */
  feedback: Readonly<Record<string, Feedback>>;
  /** The cursor of the older items, if there are any. */
  earlier: string | null;
  /** The id of the item that is being sent. */
  pending: string | null;
  phase: Phase;
  progress: string | null;
  notice: Notice | null;
  error: ConversationError | null;
  /** The text of a message that could not be sent. */
  unsent: string | null;
};

export type Change =
  | { type: "closed" }
  | { type: "opened"; threadId: string }
  | { type: "metadata loaded"; title: string; feedback: Conversation["feedback"] }
  | { type: "rated"; itemIds: string[]; kind: Feedback }
  | { type: "loaded"; page: Page<ThreadItem> }
  | { type: "earlier loaded"; page: Page<ThreadItem> }
  | { type: "message sent"; text: string }
  | { type: "retry started"; itemId: string }
  | { type: "event"; event: ThreadEvent }
  | { type: "phase"; phase: Phase }
  | { type: "failed"; error: ConversationError }
  | { type: "send failed"; text: string; error: ConversationError };

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
  error: null,
  unsent: null,
};

const PENDING = "pending";
const CLEARED = { progress: null, notice: null, error: null, unsent: null };

/** Whether a reply is in progress. */
export function isBusy({ phase }: Conversation): boolean {
  return phase !== "idle" && phase !== "loading";
}

/** Return a conversation after a change. */
export function reduce(state: Conversation, change: Change): Conversation {
  switch (change.type) {
    case "closed":
      return EMPTY;
    case "opened":
      return { ...EMPTY, threadId: change.threadId, phase: "loading" };
    case "metadata loaded":
      return { ...state, title: change.title, feedback: change.feedback };
    case "rated":
      return { ...state, feedback: withRating(state.feedback, change.itemIds, change.kind) };
    case "loaded": {
      const { page } = change;
      return { ...state, items: itemsOf(page.data), earlier: cursorOf(page), pending: null };
    }
    case "earlier loaded": {
      const known = new Set(state.items.map(({ id }) => id));
      const older = itemsOf(change.page.data).filter(({ id }) => !known.has(id));
      return { ...state, items: [...older, ...state.items], earlier: cursorOf(change.page) };
    }
    case "message sent":
      return withPendingMessage(state, change.text);
    case "retry started": {
      const index = state.items.findIndex(({ id }) => id === change.itemId);
      return { ...state, ...CLEARED, items: state.items.slice(0, index + 1), phase: "waiting" };
    }
    case "event":
      return applyEvent(state, change.event);
    case "phase":
      return {
        ...state,
        ...(change.phase === "loading" ? CLEARED : {}),
        phase: change.phase,
        progress: null,
      };
    case "failed":
      return { ...state, phase: "idle", progress: null, error: change.error };
    case "send failed": {
      const items = state.items.filter(({ id }) => id !== state.pending);
      const { error, text } = change;
      return { ...state, ...CLEARED, items, pending: null, phase: "idle", error, unsent: text };
    }
  }
}

function withRating(feedback: Conversation["feedback"], itemIds: string[], kind: Feedback) {
  return { ...feedback, ...Object.fromEntries(itemIds.map((id) => [messageOf(id), kind])) };
}

function withPendingMessage(state: Conversation, text: string): Conversation {
  const item: ThreadItem = {
    id: PENDING,
    thread_id: state.threadId ?? "",
    created_at: new Date().toISOString(),
    type: "user_message",
    content: userInput(text).content,
  };
  return {
    ...state,
    ...CLEARED,
    items: [...state.items, item],
    pending: PENDING,
    phase: "waiting",
  };
}

function applyEvent(state: Conversation, event: ThreadEvent): Conversation {
  switch (event.type) {
    case "thread.created":
    case "thread.updated":
      return { ...state, threadId: event.thread.id, title: event.thread.title ?? state.title };
    case "thread.item.added":
    case "thread.item.done":
    case "thread.item.replaced":
      return applyItem(state, event.item);
    case "thread.item.updated": {
      const { item_id, update } = event;
      const grown = (item: ThreadItem) => (item.id === item_id ? withUpdate(item, update) : item);
      return { ...state, items: state.items.map(grown), progress: null };
    }
    case "thread.item.removed":
      return { ...state, items: state.items.filter(({ id }) => id !== event.item_id) };
    case "progress_update":
      return { ...state, progress: event.text };
    case "notice":
      return { ...state, notice: { level: event.level, message: event.message } };
    case "error":
      return { ...state, error: replyError(event.message, event.allow_retry) };
    default:
      return state;
  }
}

function applyItem(state: Conversation, item: ThreadItem): Conversation {
  if (item.type === "user_message" && state.pending) {
    const items = state.items.filter(({ id }) => id !== state.pending);
    return { ...state, items: withItem(items, item), pending: null };
  }
  const phase =
    state.phase === "waiting" && item.type !== "user_message" ? "replying" : state.phase;
  return { ...state, items: withItem(state.items, item), phase, progress: null };
}

function replyError(message?: string | null, mayRetry?: boolean): ConversationError {
  return {
    message: message || "The reply broke off because of an error.",
    remedy: mayRetry ? "retry" : null,
  };
}

function cursorOf(page: Page<ThreadItem>): string | null {
  return page.has_more ? (page.after ?? null) : null;
}

/** Whether the last message has no reply yet. */
export function awaitsReply({ items }: Conversation): boolean {
  return items.length > 0 && items.at(-1) === lastUserMessage(items);
}

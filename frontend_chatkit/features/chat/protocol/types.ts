/** The ChatKit protocol, as far as this app's server implements it. */

export type Page<T> = { data: T[]; has_more: boolean; after?: string | null };

export type Thread = { id: string; title?: string | null; created_at: string };

type ItemBase = { id: string; thread_id: string; created_at: string };

export type UserMessage = ItemBase & { type: "user_message"; content: { text: string }[] };

export type AssistantMessage = ItemBase & {
  type: "assistant_message";
  content: { text: string }[];
};

export type Step = {
  title?: string | null;
  icon?: string | null;
  content?: string | null;
  status_indicator?: "none" | "loading" | "complete";
};

export type Workflow = ItemBase & {
  type: "workflow";
  workflow: { tasks: Step[]; summary?: { title?: string; duration?: number } | null };
};

/** A component of a widget, discriminated by `type`. */
export type Component = {
  type: string;
  children?: Component[] | null;
  [property: string]: unknown;
};

export type WidgetItem = ItemBase & {
  type: "widget";
  widget: Component;
  copy_text?: string | null;
};

export type ThreadItem = UserMessage | AssistantMessage | Workflow | WidgetItem;

export type ItemUpdate =
  | {
      type: "assistant_message.content_part.added" | "assistant_message.content_part.done";
      content_index: number;
      content: { text: string };
    }
  | { type: "assistant_message.content_part.text_delta"; content_index: number; delta: string }
  | { type: "workflow.task.added" | "workflow.task.updated"; task_index: number; task: Step }
  | { type: "widget.root.updated"; widget: Component };

export type ThreadEvent =
  | { type: "thread.created" | "thread.updated"; thread: Thread }
  | { type: "thread.item.added" | "thread.item.done" | "thread.item.replaced"; item: ThreadItem }
  | { type: "thread.item.updated"; item_id: string; update: ItemUpdate }
  | { type: "thread.item.removed"; item_id: string }
  | { type: "progress_update"; text: string }
  | { type: "notice"; level: "info" | "warning" | "danger"; message: string; title?: string | null }
  | { type: "error"; message?: string | null; allow_retry?: boolean }
  | { type: "stream_options" | "client_effect" };

export type UserInput = {
  content: { type: "input_text"; text: string }[];
  attachments: [];
  inference_options: Record<string, never>;
};

export type WidgetAction = { type: string; payload?: unknown };

export type Feedback = "positive" | "negative";

type Paging = { limit?: number; order?: "asc" | "desc"; after?: string | null };

/** The requests whose response is a stream of events, with their parameters. */
export type StreamedRequests = {
  "threads.create": { input: UserInput };
  "threads.add_user_message": { input: UserInput; thread_id: string };
  "threads.retry_after_item": { thread_id: string; item_id: string };
  "threads.custom_action": { thread_id: string; item_id: string; action: WidgetAction };
};

/** The requests whose response is JSON, with their parameters and results. */
export type Requests = {
  "threads.list": { params: Paging; result: Page<Thread> };
  "threads.update": { params: { thread_id: string; title: string }; result: Thread };
  "threads.delete": { params: { thread_id: string }; result: Record<string, never> };
  "items.list": { params: Paging & { thread_id: string }; result: Page<ThreadItem> };
  "items.feedback": {
    params: { thread_id: string; item_ids: string[]; kind: Feedback };
    result: Record<string, never>;
  };
};

/** Return a message of the user as requests contain it. */
export function userInput(text: string): UserInput {
  return { content: [{ type: "input_text", text }], attachments: [], inference_options: {} };
}

/** Return the whole text of a message. */
export function textOf(item: UserMessage | AssistantMessage): string {
  return item.content
    .map((part) => part.text)
    .filter(Boolean)
    .join("\n\n");
}

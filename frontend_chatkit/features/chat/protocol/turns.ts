import type { EventSourceMessage } from "eventsource-parser";
import type { Step, ThreadEvent } from "@/features/chat/protocol/types";
import type { components } from "@/lib/api-schema";
import { bff, bffJson } from "@/lib/bff";
import { eventsOf, parseData } from "@/lib/event-stream";

type Schemas = components["schemas"];
type ConversationNow = Schemas["ConversationNow"];
type Called = Schemas["ToolCalled"];
type Finished = Schemas["ToolFinished"];

/** Return a thread's title and the turn that runs in it, if one does. Throws as `bff` does. */
export function conversationNow(threadId: string, signal?: AbortSignal): Promise<ConversationNow> {
  return bffJson(`/me/conversations/${encodeURIComponent(threadId)}`, { signal });
}

/** Stop a turn; what it said until then is kept. Throws as `bff` does. */
export async function cancelTurn(turnId: string): Promise<void> {
  await bff(`/me/turns/${encodeURIComponent(turnId)}/cancel`, { method: "POST" });
}

/**
 * Follow a running turn from its start until it ends, as events of its thread: its text and its
 * steps. What it came to is read from the thread afterwards.
 *
 * Throws as `bff` does, and StreamInterrupted where the events break off.
 */
export async function* followTurn(
  threadId: string,
  turnId: string,
  signal?: AbortSignal,
): AsyncGenerator<ThreadEvent> {
  const response = await bff(`/me/turns/${encodeURIComponent(turnId)}/events`, { signal });
  const translation = new Translation(threadId, turnId);
  for await (const event of eventsOf(response)) yield* translation.of(event);
}

class Translation {
  private readonly place: { thread_id: string; created_at: string };
  private readonly textId: string;
  private readonly stepsId: string;
  private readonly running = new Map<string, { index: number; called: Called }>();
  private steps = 0;
  private spoke = false;

  constructor(threadId: string, turnId: string) {
    this.place = { thread_id: threadId, created_at: new Date().toISOString() };
    this.textId = turnId;
    this.stepsId = `${turnId}.steps`;
  }

  *of(event: EventSourceMessage): Generator<ThreadEvent> {
    const { event: type } = event;
    if (type === "text.delta") yield* this.speak(parseData<{ delta: string }>(event).delta);
    if (type === "tool.called") yield* this.beginStep(parseData<Called>(event));
    if (type === "tool.finished") yield* this.endStep(parseData<Finished>(event));
  }

  private *speak(delta: string): Generator<ThreadEvent> {
    const type = "assistant_message.content_part.text_delta";
    if (!this.spoke) {
      const content = [{ text: "" }];
      const item = { ...this.place, id: this.textId, type: "assistant_message", content } as const;
      yield { type: "thread.item.added", item };
    }
    this.spoke = true;
    const update = { type, content_index: 0, delta } as const;
    yield { type: "thread.item.updated", item_id: this.textId, update };
  }

  private *beginStep(called: Called): Generator<ThreadEvent> {
    if (!this.steps) {
      const workflow = { tasks: [] };
      const item = { ...this.place, id: this.stepsId, type: "workflow", workflow } as const;
      yield { type: "thread.item.added", item };
    }
    const index = this.steps++;
    this.running.set(called.id, { index, called });
    yield this.step("workflow.task.added", index, stepOf(called, "loading"));
  }

  private *endStep(finished: Finished): Generator<ThreadEvent> {
    const begun = this.running.get(finished.id);
    if (!begun) return;
    const step = stepOf(begun.called, finished.is_error ? "none" : "complete");
    yield this.step("workflow.task.updated", begun.index, step);
  }

  private step(
    type: "workflow.task.added" | "workflow.task.updated",
    task_index: number,
    task: Step,
  ): ThreadEvent {
    const update = { type, task_index, task };
    return { type: "thread.item.updated", item_id: this.stepsId, update };
  }
}

function stepOf(called: Called, status_indicator: Step["status_indicator"]): Step {
  const { title } = called.arguments;
  const name = called.name.replaceAll("_", " ");
  return {
    title: name.charAt(0).toUpperCase() + name.slice(1),
    content: typeof title === "string" ? title : null,
    status_indicator,
  };
}

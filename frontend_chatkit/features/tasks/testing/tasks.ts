import type { Task, TaskChange, TaskPage } from "@/features/tasks/task";

/** A task as the server sends it. */
export function task(id: number, some: Partial<Task> = {}): Task {
  return {
    id,
    title: `Task ${id}`,
    description: "",
    completed: false,
    completed_at: null,
    due_on: null,
    due_time: null,
    repeat: null,
    repeat_text: null,
    repeat_from: null,
    next_due_on: null,
    reminders: [],
    priority: "none",
    tags: [],
    list: null,
    created_at: "2026-11-21T09:00:00Z",
    updated_at: "2026-11-21T09:00:00Z",
    version: 1,
    ...some,
  };
}

/** A page of the list; `total` is larger where more follow. */
export function page(tasks: Task[], more: { next_cursor?: string; total?: number } = {}): TaskPage {
  return { tasks, total: more.total ?? tasks.length, next_cursor: more.next_cursor ?? null };
}

/** A change as the stream sends it. */
export function change(
  changeId: number,
  action: TaskChange["action"],
  taskId: number,
  after: Task | null,
): TaskChange {
  return {
    type: "task.changed",
    change_id: changeId,
    action,
    task_id: taskId,
    task: after,
    client: "elsewhere",
    turn_id: null,
    created_at: "2026-11-21T09:00:00Z",
  };
}

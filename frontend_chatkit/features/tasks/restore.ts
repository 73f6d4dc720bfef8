import type { TaskMutations } from "@/features/tasks/mutations";
import { undo } from "@/features/tasks/requests";
import type { Store } from "@/features/tasks/store";
import type { Task } from "@/features/tasks/task";
import { BffError } from "@/lib/bff";

const STREAM_DELAY_MS = 2000;
const OVERTAKEN = ["not_the_newest_change", "nothing_to_undo"];

/** `isLive` is whether the stream of changes is connected. */
type Tasks = Pick<TaskMutations, "add" | "change"> & { isLive: () => boolean };

/** Restore a deleted task, or add it anew: "overtaken" where other changes came after. */
export async function restoreTask(
  store: Store,
  task: Task,
  tasks: Tasks,
): Promise<"restored" | "copied" | "overtaken"> {
  const isBack = () => Boolean(store.get().cached[task.id]?.task);
  if (isBack()) return "restored";
  const deletion = await deletionOf(store, task.id, tasks.isLive() ? STREAM_DELAY_MS : 0);
  const undone = deletion === undefined ? null : await undo(deletion).catch(ignoreOvertaken);
  if (undone?.task) store.dispatch({ type: "task-restored", task: undone.task });
  // Where it was overtaken, another client may have restored it meanwhile.
  if (isBack()) return "restored";
  await addAgain(tasks, task);
  return deletion === undefined ? "copied" : "overtaken";
}

async function addAgain({ add, change }: Tasks, { completed, ...task }: Task): Promise<void> {
  const { title, description, due_on, due_time, repeat, repeat_from, list, priority, tags } = task;
  const schedule = { due_on, due_time, repeat, repeat_from };
  const reminders = task.reminders.map(({ spec }) => spec);
  const copy = await add({ title, description, ...schedule, list, reminders, priority, tags });
  if (copy && completed) await change(copy.id, { completed });
}

/** Return the change that deleted a task; the stream reports it a moment later, or never. */
function deletionOf(store: Store, id: number, timeoutMs: number): Promise<number | undefined> {
  const cached = () => store.get().deletions[id];
  if (cached() !== undefined) return Promise.resolve(cached());
  return new Promise((resolve) => {
    const settle = () => {
      unsubscribe();
      clearTimeout(timer);
      resolve(cached());
    };
    const timer = setTimeout(settle, timeoutMs);
    const unsubscribe = store.subscribe(() => cached() !== undefined && settle());
  });
}

function ignoreOvertaken(error: unknown): null {
  if (error instanceof BffError && OVERTAKEN.includes(error.code)) return null;
  throw error;
}

import { addTask, deleteTask, undoNewest, updateTask } from "@/features/tasks/requests";
import type { Newest, Pending, State } from "@/features/tasks/state";
import type { Store } from "@/features/tasks/store";
import {
  cleanTitle,
  draftTask,
  type NewTask,
  type Task,
  type TaskUpdate,
} from "@/features/tasks/task";
import { BffError } from "@/lib/bff";

export type Writer = {
  /** Each shows at once what it asks for, and takes that back and throws if it is refused. */
  add: (task: NewTask) => Promise<Task | null>;
  change: (id: number, update: TaskUpdate) => Promise<Task | null>;
  remove: (task: Task) => Promise<Removed>;
  /**
   * Bring a removed task back: "copied" if it had to be added anew, "crossed" if in addition
   * somebody's change of the same moment was taken back.
   */
  restore: (removed: Removed) => Promise<"restored" | "copied" | "crossed">;
};

/** A task that was deleted, and the newest change that was known before. */
export type Removed = { task: Task; before: Newest | null };

/** Write tasks through to the API. `isLive` says whether the store is told of all changes. */
export function createWriter(store: Store, isLive: () => boolean): Writer {
  const lines = new Map<number, Promise<unknown>>();
  let lastKey = 0;

  const perform = async (
    pending: (key: number) => Pending,
    request: () => Promise<Task | null>,
  ): Promise<Task | null> => {
    lastKey += 1;
    const key = lastKey;
    store.dispatch({ type: "began", pending: pending(key) });
    try {
      const task = await request();
      store.dispatch({ type: "succeeded", key, task });
      return task;
    } catch (error) {
      if (hasLanded(store.get(), key)) {
        store.dispatch({ type: "succeeded", key, task: null });
        return null;
      }
      store.dispatch({ type: "rolled-back", key });
      throw error;
    }
  };

  /** Requests about one task go one after the other, so that the last wish wins. */
  const inLine = <T>(id: number, request: () => Promise<T>): Promise<T> => {
    const turn = (lines.get(id) ?? Promise.resolve()).catch(() => undefined).then(request);
    lines.set(id, turn);
    return turn;
  };

  const add = (task: NewTask) => {
    const wanted = { ...task, title: cleanTitle(task.title) };
    return perform(
      (key) => ({
        key,
        kind: "add",
        task: draftTask(key, wanted, new Date().toISOString()),
        landed: false,
      }),
      () => addTask(wanted),
    );
  };

  const change = (id: number, update: TaskUpdate) =>
    perform(
      (key) => ({ key, kind: "change", id, update }),
      () => inLine(id, () => updateTask(id, update)),
    );

  const addAgain = async ({ title, description, due_on, priority, tags, completed }: Task) => {
    const copy = await add({ title, description, due_on, priority, tags });
    if (copy && completed) await change(copy.id, { completed });
  };

  return {
    add,
    change,
    remove: async (task) => {
      const before = store.get().newest;
      await perform(
        (key) => ({ key, kind: "delete", id: task.id }),
        () => inLine(task.id, () => deleteTask(task.id).catch(unlessGone)).then(() => null),
      );
      return { task, before };
    },
    restore: async ({ task, before }) => {
      if (!isLive() || !isNewest(task, before, store.get().newest)) {
        await addAgain(task);
        return "copied";
      }
      const undone = await undoNewest();
      if (undone.task_id === task.id && undone.task) {
        store.dispatch({ type: "restored", task: undone.task });
        return "restored";
      }
      await addAgain(task);
      return "crossed";
    },
  };
}

/**
 * Undo takes back the newest change, whoever made it, so it may be asked for only while that is our
 * deletion: the newest that was told, or not told yet with nothing else since. A change that is
 * committed while the request is on its way can still come between: its answer shows that.
 */
function isNewest(task: Task, before: Newest | null, newest: Newest | null): boolean {
  if (newest?.change_id === before?.change_id) return true;
  return newest?.action === "deleted" && newest.task_id === task.id;
}

function unlessGone(error: unknown): void {
  if (!(error instanceof BffError && error.status === 404)) throw error;
}

/** Whether a task was told as added though its request failed: the answer was lost, not the task. */
function hasLanded({ pending }: State, key: number): boolean {
  return pending.some((one) => one.key === key && one.kind === "add" && one.landed);
}

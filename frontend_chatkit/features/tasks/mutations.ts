import { addTask, deleteTask, updateTask } from "@/features/tasks/requests";
import type { Pending, State } from "@/features/tasks/state";
import type { Store } from "@/features/tasks/store";
import {
  cleanTitle,
  draftTask,
  type NewTask,
  type Task,
  type TaskUpdate,
} from "@/features/tasks/task";
import { BffError } from "@/lib/bff";

export type TaskMutations = {
  /** Each updates the list optimistically, and rolls back and throws if the request fails. */
  add: (task: NewTask) => Promise<Task | null>;
  change: (id: number, update: TaskUpdate) => Promise<Task | null>;
  remove: (task: Task) => Promise<void>;
  /** Restore a deleted task, or add it anew: "overtaken" where other changes came after. */
  restore: (task: Task) => Promise<"restored" | "copied" | "overtaken">;
};

/** Change tasks at the API. `isLive` is whether the stream of changes is connected. */
export function createMutations(store: Store, isLive: () => boolean): TaskMutations {
  const queues = new Map<number, Promise<unknown>>();
  let lastKey = 0;

  const perform = async (
    pending: (key: number) => Pending,
    request: () => Promise<Task | null>,
  ): Promise<Task | null> => {
    lastKey += 1;
    const key = lastKey;
    store.dispatch({ type: "mutation-started", pending: pending(key) });
    try {
      const task = await request();
      store.dispatch({ type: "mutation-succeeded", key, task });
      return task;
    } catch (error) {
      if (isConfirmed(store.get(), key)) {
        store.dispatch({ type: "mutation-succeeded", key, task: null });
        return null;
      }
      store.dispatch({ type: "mutation-rolled-back", key });
      throw error;
    }
  };

  /** Send the requests about one task one after the other, so that the last one wins. */
  const inOrder = <T>(id: number, request: () => Promise<T>): Promise<T> => {
    const result = (queues.get(id) ?? Promise.resolve()).catch(() => undefined).then(request);
    queues.set(id, result);
    return result;
  };

  const add = (task: NewTask) => {
    const fields = { ...task, title: cleanTitle(task.title) };
    return perform(
      (key) => ({
        key,
        kind: "add",
        task: draftTask(key, fields, new Date().toISOString()),
        confirmed: false,
      }),
      () => addTask(fields),
    );
  };

  const change = (id: number, update: TaskUpdate) =>
    perform(
      (key) => ({ key, kind: "change", id, update }),
      () => inOrder(id, () => updateTask(id, update)),
    );

  return {
    add,
    change,
    remove: async (task) => {
      await perform(
        (key) => ({ key, kind: "delete", id: task.id }),
        () => inOrder(task.id, () => deleteTask(task.id).catch(ignoreNotFound)).then(() => null),
      );
    },
    restore: async (task) => {
      const { restoreTask } = await import("@/features/tasks/editing");
      return restoreTask(store, task, { add, change, isLive });
    },
  };
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof BffError && error.status === 404)) throw error;
}

/** Whether the stream reported an added task though its request failed: only the response was lost. */
function isConfirmed({ pending }: State, key: number): boolean {
  return pending.some((one) => one.key === key && one.kind === "add" && one.confirmed);
}

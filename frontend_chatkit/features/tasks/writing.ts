import { addTask, deleteTask, undo, updateTask } from "@/features/tasks/requests";
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

export type Writer = {
  /** Each shows at once what it asks for, and takes that back and throws if it is refused. */
  add: (task: NewTask) => Promise<Task | null>;
  change: (id: number, update: TaskUpdate) => Promise<Task | null>;
  remove: (task: Task) => Promise<void>;
  /** Bring a removed task back, if need be as a new one: "overtaken" where other changes came after. */
  restore: (task: Task) => Promise<"restored" | "copied" | "overtaken">;
};

const TOLD_MS = 2000;
const OVERTAKEN = ["not_the_newest_change", "nothing_to_undo"];

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
      await perform(
        (key) => ({ key, kind: "delete", id: task.id }),
        () => inLine(task.id, () => deleteTask(task.id).catch(unlessGone)).then(() => null),
      );
    },
    restore: async (task) => {
      const isBack = () => Boolean(store.get().known[task.id]?.task);
      if (isBack()) return "restored";
      const deletion = await deletionOf(store, task.id, isLive() ? TOLD_MS : 0);
      const undone = deletion === undefined ? null : await undo(deletion).catch(unlessOvertaken);
      if (undone?.task) store.dispatch({ type: "restored", task: undone.task });
      // Where it was overtaken, somebody may have brought it back meanwhile.
      if (isBack()) return "restored";
      await addAgain(task);
      return deletion === undefined ? "copied" : "overtaken";
    },
  };
}

/** Return the change that deleted a task; it is told a moment later, or not at all. */
function deletionOf(store: Store, id: number, patienceMs: number): Promise<number | undefined> {
  const known = () => store.get().deletions[id];
  if (known() !== undefined) return Promise.resolve(known());
  return new Promise((resolve) => {
    const settle = () => {
      unsubscribe();
      clearTimeout(timer);
      resolve(known());
    };
    const timer = setTimeout(settle, patienceMs);
    const unsubscribe = store.subscribe(() => known() !== undefined && settle());
  });
}

function unlessOvertaken(error: unknown): null {
  if (error instanceof BffError && OVERTAKEN.includes(error.code)) return null;
  throw error;
}

function unlessGone(error: unknown): void {
  if (!(error instanceof BffError && error.status === 404)) throw error;
}

/** Whether a task was told as added though its request failed: the answer was lost, not the task. */
function hasLanded({ pending }: State, key: number): boolean {
  return pending.some((one) => one.key === key && one.kind === "add" && one.landed);
}

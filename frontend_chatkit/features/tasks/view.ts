import { fits } from "@/features/tasks/filter";
import { comparing } from "@/features/tasks/order";
import type { Pending, State } from "@/features/tasks/state";
import type { Task } from "@/features/tasks/task";

export type View = {
  tasks: Task[];
  /** How many fit, those not read yet included. */
  total: number;
  hasMore: boolean;
};

/** Return what to show: what the server said, what it was asked for on top, in order. */
export function view(state: State): View {
  const compare = comparing(state.filter.sort);
  const { cursor = null, edge = null, total = 0 } = state.reach ?? {};
  const saved = Object.keys(state.known)
    .map((id) => taskOf(state, Number(id)))
    .filter((task) => task !== null)
    // What lies behind the edge comes with the next page, without gaps.
    .filter((task) => edge === null || compare(task, edge) <= 0);
  const tasks = [...saved, ...added(state.pending)]
    .filter((task) => fits(task, state.filter))
    .sort(compare);
  return { tasks, total: cursor === null ? tasks.length : total, hasMore: cursor !== null };
}

/** Return a task as it shows, or null for one that is deleted or not known. */
export function taskOf(state: State, id: number): Task | null {
  const known = state.known[id]?.task ?? null;
  return state.pending.reduce((task, one) => task && changed(task, one), known);
}

/** Return the task below another, or else the one above it. */
export function neighbourOf({ tasks }: View, id: number): number | null {
  const place = tasks.findIndex((task) => task.id === id);
  return (tasks[place + 1] ?? tasks[place - 1])?.id ?? null;
}

function changed(task: Task, pending: Pending): Task | null {
  if (pending.kind === "add" || pending.id !== task.id) return task;
  return pending.kind === "delete" ? null : { ...task, ...pending.update };
}

function added(pending: readonly Pending[]): Task[] {
  return pending.flatMap((one) => (one.kind === "add" && !one.landed ? [one.task] : []));
}

import { compareBy, matches } from "@/features/tasks/filter";
import type { Pending, State } from "@/features/tasks/state";
import type { Task } from "@/features/tasks/task";

// The API counts no further.
const MOST_COUNTED = 1000;

export type View = {
  tasks: Task[];
  /** How many match, including those not loaded yet. */
  total: number;
  hasMore: boolean;
};

/** Return the tasks to show, in order: the cached ones with the optimistic updates applied. */
export function view(state: State): View {
  const compare = compareBy(state.filter.sort);
  const { cursor = null, edge = null, total = 0 } = state.reach ?? {};
  const saved = Object.keys(state.cached)
    .map((id) => taskOf(state, Number(id)))
    .filter((task) => task !== null)
    // Tasks after the edge come with the next page, without gaps.
    .filter((task) => edge === null || compare(task, edge) <= 0);
  const tasks = [...saved, ...added(state.pending)]
    .filter((task) => matches(task, state.filter))
    .sort(compare);
  return { tasks, total: cursor === null ? tasks.length : total, hasMore: cursor !== null };
}

/** Return the number of tasks that match, in words. */
export function counted(total: number): string {
  return total < MOST_COUNTED ? `${total}` : `${MOST_COUNTED} or more`;
}

/** Return a task as it is shown, or null if it is deleted or not cached. */
export function taskOf(state: State, id: number): Task | null {
  const cached = state.cached[id]?.task ?? null;
  return state.pending.reduce((task, one) => task && changed(task, one), cached);
}

/** Return the task below another, or else the one above it. */
export function neighbourOf({ tasks }: View, id: number): number | null {
  const place = tasks.findIndex((task) => task.id === id);
  return (tasks[place + 1] ?? tasks[place - 1])?.id ?? null;
}

function changed(task: Task, pending: Pending): Task | null {
  if (pending.kind === "add" || pending.id !== task.id) return task;
  if (pending.kind === "delete") return null;
  // Requests take reminders as text; the response has them with their times.
  const { reminders: _, ...update } = pending.update;
  return { ...task, ...update };
}

function added(pending: readonly Pending[]): Task[] {
  return pending.flatMap((one) => (one.kind === "add" && !one.confirmed ? [one.task] : []));
}

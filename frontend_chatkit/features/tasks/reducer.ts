import { matches } from "@/features/tasks/filter";
import type { Action, CachedTask, State } from "@/features/tasks/state";
import type { Task, TaskChange, TaskPage } from "@/features/tasks/task";

/** Return the state after an action; `view` derives what is shown from it. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "list-requested":
      return requested(state, action.filter);
    case "more-requested":
      return { ...state, loading: "more", failure: null };
    case "list-loaded":
      return loaded(state, action.page);
    case "more-loaded":
      return { ...withAll(state, action.page.tasks), ...reachOf(action.page) };
    case "load-failed":
      return { ...state, loading: null, failure: action.error };
    case "change-received":
      return changed(state, action.change);
    case "task-loaded":
      return merged(state, action.task);
    case "task-restored":
      return put(state, action.task.id, { task: action.task, round: state.round });
    case "mutation-started":
      return { ...state, pending: [...state.pending, action.pending] };
    case "mutation-succeeded":
      return succeeded(state, action.key, action.task);
    case "mutation-rolled-back":
      return { ...state, pending: without(state.pending, action.key) };
  }
}

/** Start a new round of loading; tasks of earlier rounds are shown until the list arrives. */
function requested(state: State, filter: State["filter"]): State {
  const same = filter === state.filter;
  return {
    ...state,
    filter,
    reach: same ? state.reach : null,
    loading: "list",
    failure: null,
    round: state.round + 1,
  };
}

function loaded(state: State, page: TaskPage): State {
  const current = Object.entries(state.cached).filter(([, { round }]) => round === state.round);
  return {
    ...withAll({ ...state, cached: Object.fromEntries(current) }, page.tasks),
    ...reachOf(page),
  };
}

function reachOf({ tasks, total, next_cursor }: TaskPage): Pick<State, "reach" | "loading"> {
  const edge = next_cursor === null ? null : (tasks.at(-1) ?? null);
  return { reach: { cursor: next_cursor, edge, total }, loading: null };
}

function withAll(state: State, tasks: readonly Task[]): State {
  const cached = { ...state.cached };
  for (const task of tasks) cached[task.id] = newer(cached[task.id], task, state.round);
  return { ...state, cached };
}

/** Store a task that a response contains, unless a newer version is cached. */
function merged(state: State, task: Task, isNew = false): State {
  return put(state, task.id, newer(state.cached[task.id], task, state.round), isNew);
}

/**
 * Responses arrive in any order, also relative to the stream, so the higher version wins. Only the
 * stream, which is in the order of commits, restores a deleted task: a response may be older than
 * the deletion.
 */
function newer(cached: CachedTask | undefined, task: Task, round: number): CachedTask {
  if (cached && (cached.task === null || cached.task.version > task.version)) {
    return { ...cached, round };
  }
  return { task, round };
}

function changed(state: State, change: TaskChange): State {
  const { task_id: id, task, action } = change;
  const old = state.cached[id];
  const isNew = action === "created";
  const cached = task && old?.task ? newer(old, task, state.round) : { task, round: state.round };
  const pending = isNew && task ? confirmAdd(state.pending, task) : state.pending;
  const { [id]: _, ...others } = state.deletions;
  const deletions = action === "deleted" ? { ...others, [id]: change.change_id } : others;
  return { ...put(state, id, cached, isNew), pending, deletions };
}

/** The stream may report an added task before its response arrives: it must not be shown twice. */
function confirmAdd(pending: State["pending"], task: Task): State["pending"] {
  const twin = pending.find(
    (one) => one.kind === "add" && !one.confirmed && one.task.title === task.title,
  );
  return pending.map((one) =>
    one === twin && one.kind === "add" ? { ...one, confirmed: true } : one,
  );
}

function succeeded(state: State, key: number, task: Task | null): State {
  const done = state.pending.find((one) => one.key === key);
  const rest = { ...state, pending: without(state.pending, key) };
  if (task) return merged(rest, task, done?.kind === "add");
  if (done?.kind !== "delete") return rest;
  return put(rest, done.id, { task: null, round: state.round });
}

function put(state: State, id: number, cached: CachedTask, isNew = false): State {
  const old = state.cached[id];
  const more = Number(isCounted(cached, state)) - Number(isCounted(old, state));
  const { reach } = state;
  // Whether the total counted a task that was not loaded yet is unknown.
  const countable = old !== undefined || isNew || reach?.cursor === null;
  return {
    ...state,
    cached: { ...state.cached, [id]: cached },
    reach: reach && { ...reach, total: reach.total + (countable ? more : 0) },
  };
}

function isCounted(cached: CachedTask | undefined, { filter }: State): boolean {
  return cached?.task ? matches(cached.task, filter) : false;
}

function without(pending: State["pending"], key: number): State["pending"] {
  return pending.filter((one) => one.key !== key);
}

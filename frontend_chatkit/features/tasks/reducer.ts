import { fits } from "@/features/tasks/filter";
import type { Action, Known, State } from "@/features/tasks/state";
import type { Task, TaskChange, TaskPage } from "@/features/tasks/task";

/** Return the state after an action. What is shown is read off it by `view`. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "asked":
      return asked(state, action.filter);
    case "asked-more":
      return { ...state, reading: "more", failure: null };
    case "listed":
      return listed(state, action.page);
    case "listed-more":
      return { ...withAll(state, action.page.tasks), ...read(action.page) };
    case "failed":
      return { ...state, reading: null, failure: action.error };
    case "told":
      return told(state, action.change);
    case "found":
      return answered(state, action.task);
    case "restored":
      return put(state, action.task.id, { task: action.task, round: state.round });
    case "began":
      return { ...state, pending: [...state.pending, action.pending] };
    case "succeeded":
      return succeeded(state, action.key, action.task);
    case "rolled-back":
      return { ...state, pending: without(state.pending, action.key) };
  }
}

/** A new round begins: what was known before it shows until the list has come. */
function asked(state: State, filter: State["filter"]): State {
  const same = filter === state.filter;
  return {
    ...state,
    filter,
    reach: same ? state.reach : null,
    reading: "list",
    failure: null,
    round: state.round + 1,
  };
}

function listed(state: State, page: TaskPage): State {
  const current = Object.entries(state.known).filter(([, { round }]) => round === state.round);
  return {
    ...withAll({ ...state, known: Object.fromEntries(current) }, page.tasks),
    ...read(page),
  };
}

function read({ tasks, total, next_cursor }: TaskPage): Pick<State, "reach" | "reading"> {
  const edge = next_cursor === null ? null : (tasks.at(-1) ?? null);
  return { reach: { cursor: next_cursor, edge, total }, reading: null };
}

function withAll(state: State, tasks: readonly Task[]): State {
  const known = { ...state.known };
  for (const task of tasks) known[task.id] = newer(known[task.id], task, state.round);
  return { ...state, known };
}

/** Take in a task that a request answered with, unless something newer is known. */
function answered(state: State, task: Task, isNew = false): State {
  return put(state, task.id, newer(state.known[task.id], task, state.round), isNew);
}

/**
 * Answers overtake each other and the stream, so the higher version wins. A deleted task comes back
 * by the stream only, which has the order of commit: an answer may be from before the deletion.
 */
function newer(known: Known | undefined, task: Task, round: number): Known {
  if (known && (known.task === null || known.task.version > task.version)) {
    return { ...known, round };
  }
  return { task, round };
}

function told(state: State, change: TaskChange): State {
  const { task_id: id, task, action } = change;
  const old = state.known[id];
  const isNew = action === "created";
  const known = task && old?.task ? newer(old, task, state.round) : { task, round: state.round };
  const pending = isNew && task ? landed(state.pending, task) : state.pending;
  const { [id]: _, ...others } = state.deletions;
  const deletions = action === "deleted" ? { ...others, [id]: change.change_id } : others;
  return { ...put(state, id, known, isNew), pending, deletions };
}

/** An added task may be told before its request is answered: it must not show twice. */
function landed(pending: State["pending"], task: Task): State["pending"] {
  const twin = pending.find(
    (one) => one.kind === "add" && !one.landed && one.task.title === task.title,
  );
  return pending.map((one) =>
    one === twin && one.kind === "add" ? { ...one, landed: true } : one,
  );
}

function succeeded(state: State, key: number, task: Task | null): State {
  const done = state.pending.find((one) => one.key === key);
  const rest = { ...state, pending: without(state.pending, key) };
  if (task) return answered(rest, task, done?.kind === "add");
  if (done?.kind !== "delete") return rest;
  return put(rest, done.id, { task: null, round: state.round });
}

function put(state: State, id: number, known: Known, isNew = false): State {
  const old = state.known[id];
  const more = Number(isCounted(known, state)) - Number(isCounted(old, state));
  const { reach } = state;
  // Whether a task that was not read yet was counted before is not known.
  const countable = old !== undefined || isNew || reach?.cursor === null;
  return {
    ...state,
    known: { ...state.known, [id]: known },
    reach: reach && { ...reach, total: reach.total + (countable ? more : 0) },
  };
}

function isCounted(known: Known | undefined, { filter }: State): boolean {
  return known?.task ? fits(known.task, filter) : false;
}

function without(pending: State["pending"], key: number): State["pending"] {
  return pending.filter((one) => one.key !== key);
}

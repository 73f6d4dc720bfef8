import { type Filter, NO_FILTER } from "@/features/tasks/filter";
import type { Task, TaskChange, TaskPage, TaskUpdate } from "@/features/tasks/task";

/** The last version of a task from the server, null if deleted, and the round that loaded it. */
export type CachedTask = { task: Task | null; round: number };

/** How far the list was loaded: up to `edge`, after which `cursor` continues. */
export type Reach = { cursor: string | null; edge: Task | null; total: number };

/** An optimistic update: shown already, not confirmed by the server yet. */
export type Pending = { key: number } & (
  | { kind: "add"; task: Task; confirmed: boolean }
  | { kind: "change"; id: number; update: TaskUpdate }
  | { kind: "delete"; id: number }
);

export type State = {
  filter: Filter;
  cached: Readonly<Record<number, CachedTask>>;
  /** Null until the list was loaded. */
  reach: Reach | null;
  loading: "list" | "more" | null;
  /** The error of the last request that failed. */
  failure: unknown;
  pending: readonly Pending[];
  /** By task: the change that deleted it last, as far as the stream reported it. */
  deletions: Readonly<Record<number, number>>;
  round: number;
};

export type Action =
  | { type: "list-requested"; filter: Filter }
  | { type: "more-requested" }
  | { type: "list-loaded"; page: TaskPage }
  | { type: "more-loaded"; page: TaskPage }
  | { type: "load-failed"; error: unknown }
  | { type: "change-received"; change: TaskChange }
  | { type: "task-loaded"; task: Task }
  | { type: "task-restored"; task: Task }
  | { type: "mutation-started"; pending: Pending }
  | { type: "mutation-succeeded"; key: number; task: Task | null }
  | { type: "mutation-rolled-back"; key: number };

export const INITIAL_STATE: State = {
  filter: NO_FILTER,
  cached: {},
  reach: null,
  loading: null,
  failure: null,
  pending: [],
  deletions: {},
  round: 0,
};

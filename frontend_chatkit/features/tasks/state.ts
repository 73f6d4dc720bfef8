import { EVERYTHING, type Filter } from "@/features/tasks/filter";
import type { Task, TaskChange, TaskPage, TaskUpdate } from "@/features/tasks/task";

/** What the server last said of a task, null for deleted, and in which round of reading. */
export type Known = { task: Task | null; round: number };

/** How far the list was read: up to `edge`, behind which `cursor` goes on. */
export type Reach = { cursor: string | null; edge: Task | null; total: number };

/** What was asked of the server and shows already, though it has not answered. */
export type Pending = { key: number } & (
  | { kind: "add"; task: Task; landed: boolean }
  | { kind: "change"; id: number; update: TaskUpdate }
  | { kind: "delete"; id: number }
);

export type State = {
  filter: Filter;
  known: Readonly<Record<number, Known>>;
  /** Null until the list was read. */
  reach: Reach | null;
  reading: "list" | "more" | null;
  /** Why the last reading failed. */
  failure: unknown;
  pending: readonly Pending[];
  /** The change by which a task was deleted last, as far as it was told. */
  deletions: Readonly<Record<number, number>>;
  round: number;
};

export type Action =
  | { type: "asked"; filter: Filter }
  | { type: "asked-more" }
  | { type: "listed"; page: TaskPage }
  | { type: "listed-more"; page: TaskPage }
  | { type: "failed"; error: unknown }
  | { type: "told"; change: TaskChange }
  | { type: "found"; task: Task }
  | { type: "restored"; task: Task }
  | { type: "began"; pending: Pending }
  | { type: "succeeded"; key: number; task: Task | null }
  | { type: "rolled-back"; key: number };

export const NOTHING: State = {
  filter: EVERYTHING,
  known: {},
  reach: null,
  reading: null,
  failure: null,
  pending: [],
  deletions: {},
  round: 0,
};

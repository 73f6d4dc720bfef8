import { PRIORITIES, type Priority, type Task } from "@/features/tasks/task";

export const STATUSES = ["all", "pending", "completed"] as const;
export const SORTS = ["-created", "created", "due", "priority", "-updated", "title"] as const;

export type Status = (typeof STATUSES)[number];
export type Sort = (typeof SORTS)[number];

/** Which tasks to show, in which order; dates are inclusive. Null and "" narrow nothing. */
export type Filter = {
  status: Status;
  q: string;
  tag: string | null;
  priority: Priority | null;
  due_after: string | null;
  due_before: string | null;
  sort: Sort;
};

export const EVERYTHING: Filter = {
  status: "all",
  q: "",
  tag: null,
  priority: null,
  due_after: null,
  due_before: null,
  sort: "-created",
};

const NARROWING = ["q", "tag", "priority", "due_after", "due_before"] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Read a filter from a query string; what can't be read narrows nothing. */
export function filterOf(query: URLSearchParams): Filter {
  return {
    status: STATUSES.find((status) => status === query.get("status")) ?? "all",
    q: query.get("q") ?? "",
    tag: query.get("tag") || null,
    priority: PRIORITIES.find((priority) => priority === query.get("priority")) ?? null,
    due_after: dateOf(query.get("due_after")),
    due_before: dateOf(query.get("due_before")),
    sort: SORTS.find((sort) => sort === query.get("sort")) ?? "-created",
  };
}

/** Return what differs from showing everything: for addresses and for the API alike. */
export function queryOf(filter: Filter): Partial<Record<keyof Filter, string>> {
  const entries = Object.entries(filter) as [keyof Filter, string | null][];
  return Object.fromEntries(
    entries.filter(([name, value]) => value && value !== EVERYTHING[name]),
  ) as Partial<Record<keyof Filter, string>>;
}

/** Whether more than the status narrows the list. */
export function isNarrowed(filter: Filter): boolean {
  return NARROWING.some((name) => filter[name]);
}

/** Whether the server would list the task: the same rules, for changes that are told live. */
export function fits(task: Task, filter: Filter): boolean {
  return (
    (filter.status === "all" || task.completed === (filter.status === "completed")) &&
    (!filter.tag || task.tags.includes(filter.tag)) &&
    (!filter.priority || task.priority === filter.priority) &&
    isDueWithin(task.due_on, filter) &&
    says(task, filter.q)
  );
}

function isDueWithin(due: string | null, { due_after, due_before }: Filter): boolean {
  if (!due_after && !due_before) return true;
  return due !== null && (!due_after || due >= due_after) && (!due_before || due <= due_before);
}

function says(task: Task, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return [task.title, task.description].some((text) => text.toLowerCase().includes(wanted));
}

function dateOf(text: string | null): string | null {
  return text && DATE.test(text) ? text : null;
}

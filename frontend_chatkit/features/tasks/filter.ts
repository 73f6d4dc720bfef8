import { PRIORITIES, type Priority, type Task } from "@/features/tasks/task";

export const STATUSES = ["all", "pending", "completed"] as const;
export const SORTS = ["-created", "created", "due", "priority", "-updated", "title"] as const;

export type Status = (typeof STATUSES)[number];
export type Sort = (typeof SORTS)[number];

/** Which tasks to list, in which order; dates are inclusive. Null and "" match everything. */
export type Filter = {
  status: Status;
  q: string;
  tag: string | null;
  priority: Priority | null;
  due_after: string | null;
  due_before: string | null;
  sort: Sort;
};

export const NO_FILTER: Filter = {
  status: "all",
  q: "",
  tag: null,
  priority: null,
  due_after: null,
  due_before: null,
  sort: "-created",
};

const NARROWING_FIELDS = ["q", "tag", "priority", "due_after", "due_before"] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Parse a filter from a query string; invalid values are ignored. */
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

/** Return the values that differ from the default, for addresses and the API. */
export function queryOf(filter: Filter): Partial<Record<keyof Filter, string>> {
  const entries = Object.entries(filter) as [keyof Filter, string | null][];
  return Object.fromEntries(
    entries.filter(([name, value]) => value && value !== NO_FILTER[name]),
  ) as Partial<Record<keyof Filter, string>>;
}

/** Whether a filter beside the status is set. */
export function isNarrowed(filter: Filter): boolean {
  return NARROWING_FIELDS.some((name) => filter[name]);
}

/** Whether the filter matches a task, by the rules of the server: for changes from the stream. */
export function matches(task: Task, filter: Filter): boolean {
  return (
    (filter.status === "all" || task.completed === (filter.status === "completed")) &&
    (!filter.tag || task.tags.includes(filter.tag)) &&
    (!filter.priority || task.priority === filter.priority) &&
    isDueWithin(task.due_on, filter) &&
    containsText(task, filter.q)
  );
}

function isDueWithin(due: string | null, { due_after, due_before }: Filter): boolean {
  if (!due_after && !due_before) return true;
  return due !== null && (!due_after || due >= due_after) && (!due_before || due <= due_before);
}

function containsText(task: Task, words: string): boolean {
  const pattern = words.trim().toLowerCase();
  return [task.title, task.description].some((text) => text.toLowerCase().includes(pattern));
}

function dateOf(text: string | null): string | null {
  return text && DATE.test(text) ? text : null;
}

type Order = { key: (task: Task) => string | number; descending?: true };

const NO_DATE = "9999-12-32";

/** The server's sort orders: by a key, and by number where keys are equal. */
const ORDERS: Record<Sort, Order> = {
  created: { key: (task) => task.id },
  "-created": { key: (task) => task.id, descending: true },
  due: { key: dueKey },
  priority: { key: (task) => -PRIORITIES.indexOf(task.priority) },
  "-updated": { key: (task) => Date.parse(task.updated_at), descending: true },
  title: { key: (task) => task.title.toLowerCase() },
};

/** On the same day tasks with a time come first; tasks without a date come last. */
function dueKey({ due_on, due_time }: Task): string {
  return due_on ? `${due_on}T${due_time ?? "23:59:59"}` : NO_DATE;
}

/** Return a function that compares tasks in the order of the server. */
export function compareBy(sort: Sort): (a: Task, b: Task) => number {
  const { key, descending } = ORDERS[sort];
  const sign = descending ? -1 : 1;
  return (a, b) => sign * (compare(key(a), key(b)) || compare(a.id, b.id));
}

function compare<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const TASK = "task";
const NUMBER = /^[1-9]\d{0,9}$/;

/** The state in the page's address: which tasks to list, and which one to open. */
export type Address = { filter: Filter; task: number | null };

/** Parse the query string of an address such as `/tasks?task=3&status=pending`. */
export function addressOf(query: string): Address {
  const parameters = new URLSearchParams(query);
  const task = parameters.get(TASK) ?? "";
  return { filter: filterOf(parameters), task: NUMBER.test(task) ? Number(task) : null };
}

/** Return the query string of an address. */
export function queryString({ filter, task }: Address): string {
  const parameters = new URLSearchParams(queryOf(filter));
  if (task !== null) parameters.set(TASK, String(task));
  return parameters.toString();
}

import { daysAfter } from "@/features/tasks/due";
import { PRIORITIES, type Priority, type Task } from "@/features/tasks/task";

export const STATUSES = ["all", "pending", "completed"] as const;
export const SORTS = ["-created", "created", "due", "priority", "-updated", "title"] as const;

/** Today has what is overdue too, upcoming what is due from tomorrow on. */
export const VIEWS = ["today", "upcoming"] as const;
/** The name of the tasks without a list. */
export const INBOX = "inbox";

export type Status = (typeof STATUSES)[number];
export type Sort = (typeof SORTS)[number];
export type TaskView = (typeof VIEWS)[number];

/** Which tasks to list, in which order; dates are inclusive. Null and "" match everything. */
export type Filter = {
  status: Status;
  view: TaskView | null;
  /** Today's date, by which a view is judged; "" without a view. */
  today: string;
  /** A list's name, or `inbox`. */
  list: string | null;
  q: string;
  tag: string | null;
  priority: Priority | null;
  due_after: string | null;
  due_before: string | null;
  sort: Sort;
};

export const NO_FILTER: Filter = {
  status: "pending",
  view: null,
  today: "",
  list: null,
  q: "",
  tag: null,
  priority: null,
  due_after: null,
  due_before: null,
  sort: "due",
};

/** The order of a list whose address names none. */
export const DEFAULT_SORTS: Record<Status, Sort> = {
  all: "-created",
  pending: "due",
  completed: "-updated",
};

/** The fields that narrow a place, as they are where nothing does. */
export const NOT_NARROWED = {
  q: "",
  tag: null,
  priority: null,
  due_after: null,
  due_before: null,
} as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Parse a filter from a query string; invalid values are ignored. */
export function filterOf(query: URLSearchParams, today = ""): Filter {
  const status = STATUSES.find((one) => one === query.get("status")) ?? NO_FILTER.status;
  const view = VIEWS.find((one) => one === query.get("view")) ?? null;
  return {
    status,
    view,
    today: view ? today : "",
    list: query.get("list") || null,
    q: query.get("q") ?? "",
    tag: query.get("tag") || null,
    priority: PRIORITIES.find((priority) => priority === query.get("priority")) ?? null,
    due_after: dateOf(query.get("due_after")),
    due_before: dateOf(query.get("due_before")),
    sort: SORTS.find((sort) => sort === query.get("sort")) ?? DEFAULT_SORTS[status],
  };
}

/** Return the values that differ from the default, for addresses. */
export function queryOf({ today: _, ...filter }: Filter): Record<string, string> {
  const defaults: Record<string, unknown> = { ...NO_FILTER, sort: DEFAULT_SORTS[filter.status] };
  return Object.fromEntries(
    Object.entries(filter).filter(
      (entry): entry is [string, string] => Boolean(entry[1]) && entry[1] !== defaults[entry[0]],
    ),
  );
}

/** Return the parameters of the API, for which a view is a range of due dates. */
export function apiQueryOf({ view, today, due_after, due_before, ...filter }: Filter) {
  const set = Object.entries({ ...filter, ...dueRange({ view, today, due_after, due_before }) });
  return Object.fromEntries(set.filter(([, value]) => value)) as Record<string, string>;
}

/** Whether a filter beside the status is set. */
export function isNarrowed(filter: Filter): boolean {
  return Object.keys(NOT_NARROWED).some((name) => filter[name as keyof typeof NOT_NARROWED]);
}

/** Whether the filter matches a task, by the rules of the server: for changes from the stream. */
export function matches(task: Task, filter: Filter): boolean {
  return (
    (filter.status === "all" || task.completed === (filter.status === "completed")) &&
    (!filter.tag || task.tags.includes(filter.tag)) &&
    (!filter.priority || task.priority === filter.priority) &&
    isInList(task, filter.list) &&
    isDueWithin(task.due_on, dueRange(filter)) &&
    containsText(task, filter.q)
  );
}

function isInList({ list }: Task, name: string | null): boolean {
  if (name === null) return true;
  return (list ?? INBOX).toLowerCase() === name.toLowerCase();
}

type DueRange = Pick<Filter, "due_after" | "due_before">;

function dueRange({
  view,
  today,
  due_after,
  due_before,
}: DueRange & Pick<Filter, "view" | "today">): DueRange {
  const tomorrow = view === "upcoming" ? daysAfter(today, 1) : null;
  const last = view === "today" ? today : null;
  return {
    due_after: [due_after, tomorrow].filter(Boolean).sort().at(-1) ?? null,
    due_before: [due_before, last].filter(Boolean).sort().at(0) ?? null,
  };
}

function isDueWithin(due: string | null, { due_after, due_before }: DueRange): boolean {
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
export function addressOf(query: string, today = ""): Address {
  const parameters = new URLSearchParams(query);
  const task = parameters.get(TASK) ?? "";
  return { filter: filterOf(parameters, today), task: NUMBER.test(task) ? Number(task) : null };
}

/** Return the query string of an address. */
export function queryString({ filter, task }: Address): string {
  const parameters = new URLSearchParams(queryOf(filter));
  if (task !== null) parameters.set(TASK, String(task));
  return parameters.toString();
}

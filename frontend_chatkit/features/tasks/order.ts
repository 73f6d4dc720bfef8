import type { Sort } from "@/features/tasks/filter";
import { PRIORITIES, type Task } from "@/features/tasks/task";

type Order = { key: (task: Task) => string | number; descending?: true };

const NO_DATE = "9999-12-31";

/** The server's orders: by a key, and by number where keys are equal. */
const ORDERS: Record<Sort, Order> = {
  created: { key: (task) => task.id },
  "-created": { key: (task) => task.id, descending: true },
  due: { key: (task) => task.due_on ?? NO_DATE },
  priority: { key: (task) => -PRIORITIES.indexOf(task.priority) },
  "-updated": { key: (task) => Date.parse(task.updated_at), descending: true },
  title: { key: (task) => task.title.toLowerCase() },
};

/** Compare two tasks as the server's list has them. */
export function comparing(sort: Sort): (a: Task, b: Task) => number {
  const { key, descending } = ORDERS[sort];
  const sign = descending ? -1 : 1;
  return (a, b) => sign * (compared(key(a), key(b)) || compared(a.id, b.id));
}

function compared<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

import { type Filter, filterOf, queryOf } from "@/features/tasks/filter";

const TASK = "task";
const NUMBER = /^[1-9]\d{0,9}$/;

/** What the address of the page says: which tasks to list, and which one to open. */
export type Address = { filter: Filter; task: number | null };

/** Read `/tasks?task=3&status=pending`, its query string that is. */
export function addressOf(query: string): Address {
  const parameters = new URLSearchParams(query);
  const task = parameters.get(TASK) ?? "";
  return { filter: filterOf(parameters), task: NUMBER.test(task) ? Number(task) : null };
}

/** Write an address as a query string. */
export function queryString({ filter, task }: Address): string {
  const parameters = new URLSearchParams(queryOf(filter));
  if (task !== null) parameters.set(TASK, String(task));
  return parameters.toString();
}

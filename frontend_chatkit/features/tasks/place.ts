import { type Filter, INBOX, type TaskView } from "@/features/tasks/filter";

/** What the rail leads to: all open tasks, a view, or a list. */
export type Place = { view: TaskView | null; list: string | null };

export const ALL: Place = { view: null, list: null };

const VIEW_TITLES: Record<TaskView, string> = { today: "Today", upcoming: "Upcoming" };

/** Return the title of a page. */
export function placeTitle({ view, list }: Place): string {
  if (view) return VIEW_TITLES[view];
  if (list?.toLowerCase() === INBOX) return "Inbox";
  return list ?? "Tasks";
}

/** Return the name of the list at a place; null is the Inbox, or no list. */
export function listOf({ list }: Pick<Filter, "list">): string | null {
  return list?.toLowerCase() === INBOX ? null : list;
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.view === b.view && a.list?.toLowerCase() === b.list?.toLowerCase();
}

import { dayName, daysAfter } from "@/features/tasks/due";
import type { Filter } from "@/features/tasks/filter";
import type { Task } from "@/features/tasks/task";

/** Tasks under one heading; without a title there is no heading. */
export type Group = { key: string; title: string | null; overdue: boolean; tasks: Task[] };

/** Return open tasks in the order of their dates by when they are due, and others as one group. */
export function groupsOf(
  tasks: Task[],
  { status, sort, view }: Pick<Filter, "status" | "sort" | "view">,
  today: string,
): Group[] {
  if (status !== "pending" || sort !== "due") return [group("all", null, tasks)];
  const groups = new Map<string, Group>();
  for (const task of tasks) {
    const [key, title] = view === "upcoming" ? dayOf(task, today) : stageOf(task, today);
    const found = groups.get(key) ?? group(key, title, []);
    found.tasks.push(task);
    groups.set(key, found);
  }
  return [...groups.values()];
}

function group(key: string, title: string | null, tasks: Task[]): Group {
  return { key, title, overdue: key === "overdue", tasks };
}

function stageOf({ due_on }: Task, today: string): [string, string] {
  if (!due_on) return ["none", "No date"];
  if (due_on < today) return ["overdue", "Overdue"];
  return due_on < daysAfter(today, 1) ? ["today", "Today"] : ["upcoming", "Upcoming"];
}

function dayOf({ due_on }: Task, today: string): [string, string] {
  return due_on ? [due_on, dayName(due_on, today)] : ["none", "No date"];
}

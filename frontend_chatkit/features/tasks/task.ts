import type { components } from "@/lib/api-schema";

type Schemas = components["schemas"];

export type Task = Schemas["TaskOut"];
export type Priority = Task["priority"];
export type NewTask = Partial<Schemas["NewTask"]> & { title: string };
export type TaskUpdate = Partial<Schemas["TaskUpdate"]>;
export type TaskChange = Schemas["TaskChanged"];
export type TaskPage = Schemas["TaskPageOut"];

/** From none to high. */
export const PRIORITIES: readonly Priority[] = ["none", "low", "medium", "high"];
export const PRIORITY_NAMES: Record<Priority, string> = {
  none: "No priority",
  low: "Low",
  medium: "Medium",
  high: "High",
};

const LARGEST_ID = 2 ** 31 - 1;

/** Whether the server has assigned the task its number. */
export function isSaved(task: Task): boolean {
  return task.id <= LARGEST_ID;
}

/** Build the task that is shown until the server responds; its number follows all others. */
export function draftTask(
  key: number,
  { title, reminders: _, ...rest }: NewTask,
  now: string,
): Task {
  return {
    id: LARGEST_ID + key,
    title,
    description: "",
    completed: false,
    completed_at: null,
    due_on: null,
    due_time: null,
    repeat: null,
    repeat_text: rest.repeat ?? null,
    repeat_from: null,
    next_due_on: null,
    reminders: [],
    priority: "none",
    tags: [],
    list: null,
    ...rest,
    created_at: now,
    updated_at: now,
    version: 0,
  };
}

/** Normalize a title as the server does. */
export function cleanTitle(text: string): string {
  return text.trim().split(/\s+/).join(" ");
}

/** Parse tags from text: "#Work, home" are "work" and "home". */
export function tagsOf(text: string): string[] {
  const words = text.split(/[\s,]+/).map((word) => word.replace(/^#/, "").toLowerCase());
  return [...new Set(words.filter(Boolean))];
}

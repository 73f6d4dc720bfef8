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

/** Whether the server has given the task its number. */
export function isSaved(task: Task): boolean {
  return task.id <= LARGEST_ID;
}

/** Build what a task looks like until the server has answered: behind all others by number. */
export function draftTask(key: number, { title, ...rest }: NewTask, now: string): Task {
  return {
    id: LARGEST_ID + key,
    title,
    description: "",
    completed: false,
    completed_at: null,
    due_on: null,
    priority: "none",
    tags: [],
    ...rest,
    created_at: now,
    updated_at: now,
    version: 0,
  };
}

/** Bring a title into the form in which the server keeps it. */
export function cleanTitle(text: string): string {
  return text.trim().split(/\s+/).join(" ");
}

/** Read tags as a person types them: "#Work, home" are "work" and "home". */
export function tagsOf(text: string): string[] {
  const words = text.split(/[\s,]+/).map((word) => word.replace(/^#/, "").toLowerCase());
  return [...new Set(words.filter(Boolean))];
}

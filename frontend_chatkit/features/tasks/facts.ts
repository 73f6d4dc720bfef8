import { type Priority, type Task, tagsOf } from "@/features/tasks/task";

/** What a person types of a task beside its title; tags as one text. */
export type Facts = { due_on: string; priority: Priority; tags: string };

export const NO_FACTS: Facts = { due_on: "", priority: "none", tags: "" };

const MOST_TAGS = 10;
const LONGEST_TAG = 40;
const TAG = /^[\p{L}\p{N}_-]+$/u;

export function factsOf({ due_on, priority, tags }: Task): Facts {
  return { due_on: due_on ?? "", priority, tags: tags.join(" ") };
}

/** Bring what was typed into the form of the API. */
export function typed({
  due_on,
  priority,
  tags,
}: Facts): Pick<Task, "due_on" | "priority" | "tags"> {
  return { due_on: due_on || null, priority, tags: tagsOf(tags) };
}

/** Say what is wrong with tags, or null. */
export function tagsFault(text: string): string | null {
  const tags = tagsOf(text);
  if (tags.length > MOST_TAGS) return `A task has at most ${MOST_TAGS} tags.`;
  const wrong = tags.find((tag) => !TAG.test(tag) || tag.length > LONGEST_TAG);
  if (wrong === undefined) return null;
  return wrong.length > LONGEST_TAG
    ? `A tag has at most ${LONGEST_TAG} characters.`
    : `“${wrong}” is no tag: use letters, digits, - and _.`;
}

import { cleanTitle, type NewTask, type Priority, type Task, tagsOf } from "@/features/tasks/task";

/** The fields of the form beside the title, as text: a repeat in words, tags separated by spaces. */
export type Details = {
  due_on: string;
  due_time: string;
  repeat: string;
  /** A list's name; "" is the Inbox. */
  list: string;
  /** As the API takes them; null is what is usual for the user. */
  reminders: string[] | null;
  priority: Priority;
  tags: string;
};

export const NO_DETAILS: Details = {
  due_on: "",
  due_time: "",
  repeat: "",
  list: "",
  reminders: null,
  priority: "none",
  tags: "",
};

const MAX_TAGS = 10;
const MAX_TAG = 40;
const TAG = /^[\p{L}\p{N}_-]+$/u;

export function detailsOf({
  due_on,
  due_time,
  repeat_text,
  list,
  reminders,
  priority,
  tags,
}: Task): Details {
  return {
    due_on: due_on ?? "",
    due_time: due_time ?? "",
    repeat: repeat_text ?? "",
    list: list ?? "",
    reminders: reminders.map(({ spec }) => spec),
    priority,
    tags: tags.join(" "),
  };
}

/** Return the fields that differ. */
export function changedDetails(before: Details, after: Details): Partial<Details> {
  const changed = Object.entries(after).filter(
    ([name, value]) => before[name as keyof Details] !== value,
  );
  return Object.fromEntries(changed);
}

/** Convert the fields of the form to those of the API; a time needs a date, or a repeat's. */
export function toTaskFields({
  due_on,
  due_time,
  repeat,
  list,
  reminders,
  priority,
  tags,
}: Details): Omit<NewTask, "title"> {
  return {
    due_on: due_on || null,
    due_time: ((due_on || repeat.trim()) && due_time) || null,
    repeat: repeat.trim() || null,
    list: cleanTitle(list) || null,
    ...(reminders && { reminders }),
    priority,
    tags: tagsOf(tags),
  };
}

/** Return the error message for invalid tags, or null. */
export function tagsError(text: string): string | null {
  const tags = tagsOf(text);
  if (tags.length > MAX_TAGS) return `A task has at most ${MAX_TAGS} tags.`;
  const wrong = tags.find((tag) => !TAG.test(tag) || tag.length > MAX_TAG);
  if (wrong === undefined) return null;
  return wrong.length > MAX_TAG
    ? `A tag has at most ${MAX_TAG} characters.`
    : `“${wrong}” is no tag: use letters, digits, - and _.`;
}

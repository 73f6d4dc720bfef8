import { relativeDay } from "@/features/tasks/due";
import type { Parsed } from "@/features/tasks/quick-parse";
import { reminderWords } from "@/features/tasks/reminder-words";
import type { Find } from "@/features/tasks/spans";
import { PRIORITY_NAMES } from "@/features/tasks/task";
import type { Details } from "@/features/tasks/task-form";

/** What a find of a kind sets, and its words from the values; null where its own text says it. */
const KINDS: Record<
  string,
  { field: keyof Details; words: (parsed: Parsed, today: string) => string | null }
> = {
  when: { field: "due_on", words: dueWords },
  delay: { field: "reminders", words: () => null },
  repeat: { field: "repeat", words: ({ repeat_text, repeat }) => repeat_text ?? repeat },
  reminder: { field: "reminders", words: onlyReminder },
  priority: {
    field: "priority",
    words: ({ priority }) =>
      priority && `${PRIORITY_NAMES[priority]}${priority === "none" ? "" : " priority"}`,
  },
  tag: { field: "tags", words: ({ tags }) => (tags.length === 1 ? `#${tags[0]}` : null) },
  list: { field: "list", words: ({ list }) => list ?? "Inbox" },
};

/** Return what a find means: Tomorrow 17:00, every Monday, #home. */
export function findLabel(find: Find, parsed: Parsed, today: string): string {
  const words = KINDS[find.kind]?.words(parsed, today) ?? find.text.trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether what a find sets was chosen by hand. */
export function isOverruled(kind: string, chosen: Partial<Details>): boolean {
  const field = KINDS[kind]?.field;
  return field !== undefined && chosen[field] !== undefined;
}

function dueWords({ due_on, due_time }: Parsed, today: string): string | null {
  return due_on && [relativeDay(due_on, today), due_time].filter(Boolean).join(" ");
}

function onlyReminder({ reminders }: Parsed, today: string): string | null {
  const [first, ...others] = reminders ?? [];
  return first && others.length === 0 ? reminderWords(first, today) : null;
}

import { bodyOf, ME } from "@/features/tasks/requests";
import { type Find, moved, type Span } from "@/features/tasks/spans";
import type { Details } from "@/features/tasks/task-form";
import { api } from "@/lib/api";
import type { components } from "@/lib/api-schema";

/** A line as the API reads it: the title that remains, the values, and where they stand. */
export type Parsed = components["schemas"]["ParsedTask"];

/** What the API made of a line, of which the finds in `ignored` stay in the title. */
export type Reading = { text: string; ignored: Span[]; parsed: Parsed };

/** Read a line as a task, on today's date in a time zone. */
export async function readLine(
  text: string,
  ignored: Span[],
  timezone: string,
  signal: AbortSignal,
): Promise<Reading> {
  const query = { text, ignore: ignored.map(({ start, end }) => `${start}-${end}`), timezone };
  const params = { path: ME, query };
  const response = await api.GET("/api/{user_id}/parse", { params, signal });
  return { text, ignored, parsed: bodyOf(response) };
}

/** Return the finds of a reading where they stand in the text that the line has now. */
export function findsIn({ text, parsed }: Reading, now: string): Find[] {
  return moved(parsed.found, text, now);
}

/** Return the fields that a line gives a task; others stay as they are. */
export function detailsIn({ parsed }: Reading): Partial<Details> {
  const { due_on, due_time, reminders, priority, tags } = parsed;
  const repeat = parsed.repeat_text ?? parsed.repeat;
  return {
    ...(due_on && { due_on }),
    ...(due_time && { due_time }),
    ...(repeat && { repeat }),
    ...(namesList(parsed) && { list: parsed.list ?? "" }),
    ...(reminders && { reminders }),
    ...(priority && { priority }),
    ...(tags.length > 0 && { tags: tags.join(" ") }),
  };
}

/** Whether a line names a list, which may be the Inbox. */
function namesList({ found }: Parsed): boolean {
  return found.some(({ kind }) => kind === "list");
}

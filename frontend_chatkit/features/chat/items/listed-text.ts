/** What a list names of a task that is shown as a card. */
export type ShownTask = { id: number | null; title: string };

const LIST_ITEM = /^\s*(?:[-*+]|\d+[.)])\s+/;
const INDENTED = /^\s+\S/;
const NUMBER = /#(\d+)/g;

/** Return the Markdown of a reply without the lines of lists that name tasks shown as cards. */
export function withoutListedTasks(text: string, tasks: readonly ShownTask[]): string {
  const kept: string[] = [];
  let inDropped = false;
  for (const line of text.split("\n")) {
    const isItem = LIST_ITEM.test(line);
    inDropped = isItem ? tasks.some((task) => names(line, task)) : inDropped && INDENTED.test(line);
    if (!inDropped) kept.push(line);
  }
  return kept
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function names(line: string, { id, title }: ShownTask): boolean {
  const numbers = [...line.matchAll(NUMBER)].map(([, number]) => Number(number));
  return numbers.length > 0 && id !== null ? numbers.includes(id) : line.includes(title);
}

import { daysAfter, todayIn } from "@/features/tasks/due";
import type { Parsed } from "@/features/tasks/quick-parse";

type Word = [pattern: RegExp, kind: string, values: (text: string) => Partial<Parsed>];

const WORDS: Word[] = [
  [
    /\btomorrow at 5pm\b/,
    "when",
    () => ({ due_on: daysAfter(todayIn("UTC"), 1), due_time: "17:00" }),
  ],
  [/\bevery month\b/, "repeat", () => ({ repeat: "FREQ=MONTHLY", repeat_text: "monthly" })],
  [/\ban hour before\b/, "reminder", () => ({ reminders: ["1h"] })],
  [/\bp1\b/, "priority", () => ({ priority: "high" })],
  [/#\w+/, "tag", (text) => ({ tags: [text.slice(1)] })],
  [/\bin my inbox\b/, "list", () => ({ list: null })],
  [/\bon the groceries list\b/, "list", () => ({ list: "Groceries" })],
];

const NOTHING: Parsed = {
  title: "",
  due_on: null,
  due_time: null,
  repeat: null,
  repeat_text: null,
  reminders: null,
  priority: null,
  tags: [],
  list: null,
  found: [],
};

/** Read a line as the API does, for the few words that it knows. */
export function parseLine(query: URLSearchParams): Parsed {
  const line = query.get("text") ?? "";
  const ignored = query.getAll("ignore");
  const finds = WORDS.flatMap(([pattern, kind, values]) => {
    const match = pattern.exec(line);
    if (!match) return [];
    const [text] = match;
    const find = { kind, start: match.index, end: match.index + text.length, text };
    return ignored.includes(`${find.start}-${find.end}`) ? [] : [{ find, values: values(text) }];
  });
  const title = finds.reduce((rest, { find }) => rest.replace(find.text, ""), line);
  return Object.assign({}, NOTHING, ...finds.map(({ values }) => values), {
    title: title.replace(/\s+/g, " ").trim(),
    found: finds.map(({ find }) => find).sort((one, other) => one.start - other.start),
  });
}

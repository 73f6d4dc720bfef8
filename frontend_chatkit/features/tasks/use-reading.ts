import { useEffect, useRef, useState } from "react";
import {
  detailsIn,
  findsIn,
  type Parsed,
  type Reading,
  readLine,
} from "@/features/tasks/quick-parse";
import { type Find, isSameSpan, moved, type Span } from "@/features/tasks/spans";
import type { Details } from "@/features/tasks/task-form";
import { useTimezone } from "@/lib/user";

const PAUSE_MS = 150;
const READ_MS = 2000;

/** Read the line as it is now; null if it can't be read in time, such as without a network. */
export type Read = () => Promise<{ title: string; details: Partial<Details> } | null>;

type LiveReading = {
  parsed: Parsed | null;
  /** Where the finds stand in the line as it is now. */
  finds: Find[];
  ignore: (find: Find) => void;
  read: Read;
};

/** Read the line whenever its user pauses. */
export function useReading(
  text: string,
  onDetails: (details: Partial<Details>) => void,
): LiveReading {
  const timezone = useTimezone();
  const [line, setLine] = useState<{ text: string; ignored: Span[] }>({ text, ignored: [] });
  const [reading, setReading] = useState<Reading | null>(null);
  const submitted = useRef(line);
  const latest = useRef(onDetails);
  latest.current = onDetails;
  if (line.text !== text) {
    // A task that could not be added is back in the line.
    const isBack = text !== "" && text === submitted.current.text;
    const ignored = isBack ? submitted.current.ignored : moved(line.ignored, line.text, text);
    setLine({ text, ignored });
  }

  useEffect(() => {
    const show = (read: Reading | null) => {
      setReading(read);
      latest.current(read ? detailsIn(read) : {});
    };
    if (!line.text.trim()) return show(null);
    const outdated = new AbortController();
    const settle = (read: Reading | null) => outdated.signal.aborted || show(read);
    const timer = setTimeout(() => {
      readLine(line.text, line.ignored, timezone, outdated.signal).then(settle, () => settle(null));
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      outdated.abort();
    };
  }, [line, timezone]);

  const finds = reading ? findsIn(reading, text) : [];
  return {
    parsed: reading?.parsed ?? null,
    finds: finds.filter((find) => !line.ignored.some((span) => isSameSpan(span, find))),
    ignore: ({ start, end }) =>
      setLine(({ ignored, ...rest }) => ({ ...rest, ignored: [...ignored, { start, end }] })),
    read: async () => {
      submitted.current = line;
      const isRead = reading?.text === line.text && reading.ignored === line.ignored;
      const read = isRead ? reading : await readInTime(line.text, line.ignored, timezone);
      return read && { title: read.parsed.title.trim(), details: detailsIn(read) };
    },
  };
}

async function readInTime(
  text: string,
  ignored: Span[],
  timezone: string,
): Promise<Reading | null> {
  return readLine(text, ignored, timezone, AbortSignal.timeout(READ_MS)).catch(() => null);
}

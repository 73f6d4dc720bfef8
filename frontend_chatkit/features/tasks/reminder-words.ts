import { relativeDay } from "@/features/tasks/due";

const BEFORE = /^(\d+)([mhd])$/;
const UNITS: Record<string, string> = { m: "minute", h: "hour", d: "day" };
const WHEN_DUE = "When it is due";

/** The reminders that are offered, as the API takes them. */
export const USUAL_REMINDERS = ["0m", "10m", "30m", "1h", "1d"] as const;

/** Return a reminder in words: 10 minutes before, Tomorrow 17:00. */
export function reminderWords(spec: string, today: string): string {
  const [, count, unit] = BEFORE.exec(spec) ?? [];
  if (count && unit) return Number(count) === 0 ? WHEN_DUE : before(Number(count), unit);
  const [date = "", time = ""] = spec.split("T");
  const day = relativeDay(date, today);
  return `${day.charAt(0).toUpperCase()}${day.slice(1)} ${time}`;
}

function before(count: number, unit: string): string {
  return `${count} ${UNITS[unit]}${count === 1 ? "" : "s"} before`;
}

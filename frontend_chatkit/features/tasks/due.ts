const DAY_MS = 24 * 3600 * 1000;
const WEEK = 7;

/** Return the date a number of days after another. */
export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Format a date relative to today: today, tomorrow, Friday, 3 days ago, 24 Dec. */
export function relativeDay(date: string, today: string): string {
  const away = Math.round((Date.parse(date) - Date.parse(today)) / DAY_MS);
  if (Math.abs(away) <= 1) return ["yesterday", "today", "tomorrow"][away + 1] as string;
  if (away > 1 && away < WEEK) return format(date, { weekday: "long" });
  if (away < -1 && away > -WEEK) return `${-away} days ago`;
  const year = date.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return format(date, { day: "numeric", month: "short", year });
}

/** Name a day for a heading: Tomorrow, Friday, 24 Dec. */
export function dayName(date: string, today: string): string {
  const words = relativeDay(date, today);
  const name = words.charAt(0).toUpperCase() + words.slice(1);
  const isFar = Date.parse(date) - Date.parse(today) >= WEEK * DAY_MS;
  return isFar ? `${format(date, { weekday: "short" })} ${name}` : name;
}

/** Format a date in full, such as Friday, 27 November 2026. */
export function fullDate(date: string): string {
  return format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

function format(date: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(Date.parse(date));
}

/** Return today's date in a time zone (IANA name; null is the browser's) as YYYY-MM-DD. */
export function todayIn(zone: string | null, now: Date = new Date()): string {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone ?? undefined,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

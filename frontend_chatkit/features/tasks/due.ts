const DAY_MS = 24 * 3600 * 1000;
const WEEK = 7;

/** Return the date that is so many days after another. */
export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Say a date as people do: today, tomorrow, Friday, 3 days ago, 24 Dec. */
export function dayInWords(date: string, today: string): string {
  const away = Math.round((Date.parse(date) - Date.parse(today)) / DAY_MS);
  if (Math.abs(away) <= 1) return ["yesterday", "today", "tomorrow"][away + 1] as string;
  if (away > 1 && away < WEEK) return said(date, { weekday: "long" });
  if (away < -1 && away > -WEEK) return `${-away} days ago`;
  const year = date.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return said(date, { day: "numeric", month: "short", year });
}

/** Say a date in full, such as Friday, 27 November 2026. */
export function dayInFull(date: string): string {
  return said(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

function said(date: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(Date.parse(date));
}

/** Return the date it is in a zone (IANA name; null is the browser's) as YYYY-MM-DD. */
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

/** Format an instant as a date in a time zone. */
export function day(instant: string, timezone: string | null): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: timezone ?? "UTC",
  });
  return format.format(new Date(instant));
}

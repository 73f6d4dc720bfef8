import { relativeDay, todayIn } from "@/features/tasks/due";

/** Format an instant as people read it in a time zone: Today 17:05, Friday 09:00. */
export function instantWords(instant: string, zone: string | null, now = new Date()): string {
  const at = new Date(instant);
  const day = relativeDay(todayIn(zone, at), todayIn(zone, now));
  const time = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone ?? undefined,
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
  return `${day.charAt(0).toUpperCase()}${day.slice(1)} ${time}`;
}

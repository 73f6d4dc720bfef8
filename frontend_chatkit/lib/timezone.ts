import { bffJson } from "@/lib/bff";

/** Return the browser's time zone. */
export function localTimezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Return the time zone of the settings; where none is set, save the browser's. */
export async function ensureTimezone(signal?: AbortSignal): Promise<string | null> {
  const { timezone } = await bffJson<{ timezone: string | null }>("/me/settings", { signal });
  if (timezone) return timezone;
  const local = localTimezone();
  await bffJson("/me/settings", { method: "PATCH", body: { timezone: local }, signal });
  return local;
}

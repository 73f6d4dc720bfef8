import { bffJson } from "@/lib/bff";

/** Return the zone of the settings; if there is none yet, make it the browser's. */
export async function settledZone(signal?: AbortSignal): Promise<string | null> {
  const { timezone } = await bffJson<{ timezone: string | null }>("/me/settings", { signal });
  if (timezone) return timezone;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  await bffJson("/me/settings", { method: "PATCH", body: { timezone: here }, signal });
  return here;
}

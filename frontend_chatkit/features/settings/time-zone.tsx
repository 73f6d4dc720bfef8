"use client";

import { useEffect, useState } from "react";
import { Select } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { Section } from "@/features/settings/section";
import { bffJson, errorMessage } from "@/lib/bff";
import { useSetTimezone, useUser } from "@/lib/user";

/** The time zone that "today" depends on; a choice is saved immediately. */
export function TimeZone() {
  const { timezone } = useUser();
  const setTimezone = useSetTimezone();
  const toast = useToast();
  const zones = useZones(timezone);

  const choose = async (zone: string) => {
    setTimezone(zone);
    try {
      await bffJson("/me/settings", { method: "PATCH", body: { timezone: zone } });
      toast("Your time zone is saved.");
    } catch (caught) {
      setTimezone(timezone);
      toast(errorMessage(caught), { tone: "danger" });
    }
  };

  return (
    <Section
      title="Days and dates"
      about="The time zone for “today” and “tomorrow” in the chat and in your list."
    >
      <div className="max-w-md">
        <Select
          label="Time zone"
          value={timezone ?? ""}
          onChange={(event) => choose(event.target.value)}
        >
          {timezone === null && <option value="">Not set: UTC is used</option>}
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll("_", " ")}
            </option>
          ))}
        </Select>
      </div>
    </Section>
  );
}

/** Return the zones that the browser supports, and the chosen one, which the server may support alone. */
function useZones(chosen: string | null): string[] {
  const [supported, setSupported] = useState<string[]>([]);
  useEffect(() => setSupported(["UTC", ...Intl.supportedValuesOf("timeZone")]), []);
  return [...new Set(chosen ? [chosen, ...supported] : supported)].sort();
}

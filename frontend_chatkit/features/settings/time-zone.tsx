"use client";

import { useEffect, useState } from "react";
import { Select } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { Section } from "@/features/settings/section";
import { bffJson, sentence } from "@/lib/bff";
import { useUser, useZone } from "@/lib/user";

/** The time zone by which "today" is told; a choice is saved at once. */
export function TimeZone() {
  const { timezone } = useUser();
  const setZone = useZone();
  const toast = useToast();
  const zones = useZones(timezone);

  const choose = async (zone: string) => {
    setZone(zone);
    try {
      await bffJson("/me/settings", { method: "PATCH", body: { timezone: zone } });
      toast("Your time zone is saved.");
    } catch (caught) {
      setZone(timezone);
      toast(sentence(caught), { tone: "danger" });
    }
  };

  return (
    <Section
      title="Days and dates"
      about="What “today” and “tomorrow” mean in the chat and in your list."
    >
      <div className="max-w-md">
        <Select
          label="Time zone"
          value={timezone ?? ""}
          onChange={(event) => choose(event.target.value)}
        >
          {timezone === null && <option value="">Not chosen: days are told in UTC</option>}
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

/** Return the zones that the browser knows; the server, which may know others, lists one. */
function useZones(chosen: string | null): string[] {
  const [known, setKnown] = useState<string[]>([]);
  useEffect(() => setKnown(["UTC", ...Intl.supportedValuesOf("timeZone")]), []);
  return [...new Set(chosen ? [chosen, ...known] : known)].sort();
}

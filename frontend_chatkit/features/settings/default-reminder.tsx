"use client";

import { useEffect, useState } from "react";
import { Select } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { reminderWords, USUAL_REMINDERS } from "@/features/tasks/reminder-words";
import { bffJson, errorMessage } from "@/lib/bff";

const NONE = "none";
const PATH = "/me/settings";

type Settings = { default_reminder: string | null };

/** The reminder that a task with a time gets by default; a choice is saved immediately. */
export function DefaultReminder() {
  const toast = useToast();
  const [chosen, setChosen] = useState<string | null>(null);
  useEffect(() => {
    bffJson<Settings>(PATH).then(
      ({ default_reminder }) => setChosen(default_reminder ?? NONE),
      (caught: unknown) => toast(errorMessage(caught), { tone: "danger" }),
    );
  }, [toast]);

  const choose = async (spec: string) => {
    setChosen(spec);
    try {
      const default_reminder = spec === NONE ? null : spec;
      await bffJson(PATH, { method: "PATCH", body: { default_reminder } });
      toast("Your usual reminder is saved.");
    } catch (caught) {
      setChosen(chosen);
      toast(errorMessage(caught), { tone: "danger" });
    }
  };
  const offered = new Set<string>(USUAL_REMINDERS);
  if (chosen && chosen !== NONE) offered.add(chosen);
  return (
    <Select
      label="Remind me of tasks with a time"
      value={chosen ?? NONE}
      disabled={chosen === null}
      onChange={(event) => void choose(event.target.value)}
    >
      {[...offered].map((spec) => (
        <option key={spec} value={spec}>
          {reminderWords(spec, "")}
        </option>
      ))}
      <option value={NONE}>Never, unless I say so</option>
    </Select>
  );
}

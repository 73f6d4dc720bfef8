import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { CloseIcon } from "@/components/ui/icons";
import { reminderWords, USUAL_REMINDERS } from "@/features/tasks/reminder-words";

const AT_A_TIME = "at";

type RemindersProps = {
  /** As the API takes them; null is what is usual for the user. */
  value: string[] | null;
  hasDate: boolean;
  today: string;
  onChange: (reminders: string[]) => void;
};

/** The reminders of a task: each can be removed, and others added. */
export function RemindersField({ value, hasDate, today, onChange }: RemindersProps) {
  const [isTiming, setTiming] = useState(false);
  const chosen = value ?? [];
  const add = (spec: string) => {
    setTiming(spec === AT_A_TIME);
    if (spec && spec !== AT_A_TIME && !chosen.includes(spec)) onChange([...chosen, spec]);
  };
  const offered = hasDate ? USUAL_REMINDERS.filter((spec) => !chosen.includes(spec)) : [];
  return (
    <div className="flex flex-col gap-2">
      <Select
        label="Reminders"
        value=""
        hint={value === null ? "With a time you are reminded as your settings say." : undefined}
        onChange={(event) => add(event.target.value)}
      >
        <option value="">Add a reminder…</option>
        {offered.map((spec) => (
          <option key={spec} value={spec}>
            {reminderWords(spec, today)}
          </option>
        ))}
        <option value={AT_A_TIME}>At a day and time…</option>
      </Select>
      {isTiming && <TimeOfReminder onAdd={add} />}
      <ul aria-label="Chosen reminders" className="flex flex-wrap gap-1.5 empty:hidden">
        {chosen.map((spec) => (
          <li key={spec}>
            <button
              type="button"
              aria-label={`Remove reminder ${reminderWords(spec, today)}`}
              onClick={() => onChange(chosen.filter((one) => one !== spec))}
              className="inline-flex items-center gap-1 rounded-full bg-accent-soft py-1 pr-2 pl-3 text-sm text-accent-strong hover:underline"
            >
              {reminderWords(spec, today)}
              <span className="scale-75">
                <CloseIcon />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function TimeOfReminder({ onAdd }: { onAdd: (spec: string) => void }) {
  const [time, setTime] = useState("");
  return (
    <Field
      label="Remind at"
      type="datetime-local"
      value={time}
      onChange={(event) => setTime(event.target.value)}
      beside={
        <Button disabled={!time} onClick={() => onAdd(time)}>
          Set
        </Button>
      }
    />
  );
}

import { useState } from "react";
import { Field, Select } from "@/components/ui/field";
import { repeatChoices } from "@/features/tasks/repeat-choices";

const MAX_REPEAT = 200;
const NEVER = "";
const WORDS = "words";

type RepeatProps = {
  /** The repeat in words; "" for none. */
  value: string;
  /** The day that the choices are about. */
  day: string;
  onChange: (repeat: string) => void;
};

/** When a task repeats: one of the usual choices, or any other in words. */
export function RepeatField({ value, day, onChange }: RepeatProps) {
  const choices = repeatChoices(day);
  const choice = choices.find(({ words, short }) => words === value || short === value);
  const [inWords, setInWords] = useState(() => Boolean(value) && !choice);
  const isOther = inWords || (Boolean(value) && !choice);
  const pick = (picked: string) => {
    setInWords(picked === WORDS);
    if (picked !== WORDS) onChange(picked);
  };
  return (
    <div className="flex flex-col gap-2">
      <Select
        label="Repeat"
        value={isOther ? WORDS : (choice?.words ?? NEVER)}
        onChange={(event) => pick(event.target.value)}
      >
        <option value={NEVER}>Never</option>
        {choices.map(({ label, words }) => (
          <option key={words} value={words}>
            {label}
          </option>
        ))}
        <option value={WORDS}>In words…</option>
      </Select>
      {isOther && (
        <Field
          label="Repeat in words"
          value={value}
          placeholder="every Monday, Thursday"
          hint="Such as: every 3 days, monthly on the last Friday, daily 10 times"
          autoCapitalize="none"
          maxLength={MAX_REPEAT}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}

import { useId } from "react";
import { Field } from "@/components/ui/field";

const MAX_NAME = 60;

type ListFieldProps = { value: string; names: string[]; onChange: (list: string) => void };

/** The list of a task: one that exists, or the name of a new one. */
export function ListField({ value, names, onChange }: ListFieldProps) {
  const id = useId();
  const isNew = value.trim() !== "" && !names.some((name) => isSame(name, value));
  return (
    <>
      <Field
        label="List"
        list={id}
        value={value}
        placeholder="Inbox"
        maxLength={MAX_NAME}
        hint={isNew ? "A new list of this name is made." : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function isSame(name: string, text: string): boolean {
  return name.toLowerCase() === text.trim().toLowerCase();
}

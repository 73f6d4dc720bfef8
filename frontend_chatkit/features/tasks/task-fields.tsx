import { Field, Select } from "@/components/ui/field";
import { daysAfter } from "@/features/tasks/due";
import { type Facts, tagsFault } from "@/features/tasks/facts";
import { PRIORITIES, PRIORITY_NAMES, type Priority } from "@/features/tasks/task";
import { classes } from "@/lib/classes";

type FieldsProps = { facts: Facts; today: string; onChange: (facts: Facts) => void };

/** Due date, priority and tags. */
export function FactFields({ facts, today, onChange }: FieldsProps) {
  const set = (some: Partial<Facts>) => onChange({ ...facts, ...some });
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div className="flex flex-col gap-2">
        <Field
          label="Due"
          type="date"
          value={facts.due_on}
          onChange={(event) => set({ due_on: event.target.value })}
        />
        <Days today={today} chosen={facts.due_on} onPick={(due_on) => set({ due_on })} />
      </div>
      <Select
        label="Priority"
        value={facts.priority}
        onChange={(event) => set({ priority: event.target.value as Priority })}
      >
        {PRIORITIES.map((priority) => (
          <option key={priority} value={priority}>
            {PRIORITY_NAMES[priority]}
          </option>
        ))}
      </Select>
      <div className="sm:col-span-2">
        <Field
          label="Tags"
          value={facts.tags}
          placeholder="home shopping"
          autoCapitalize="none"
          error={tagsFault(facts.tags)}
          onChange={(event) => set({ tags: event.target.value })}
        />
      </div>
    </div>
  );
}

type DaysProps = { today: string; chosen: string; onPick: (date: string) => void };

function Days({ today, chosen, onPick }: DaysProps) {
  const days = [
    { name: "Today", date: today },
    { name: "Tomorrow", date: daysAfter(today, 1) },
    { name: "In a week", date: daysAfter(today, 7) },
  ];
  return (
    <div className="flex flex-wrap gap-1.5 text-xs">
      {days.map(({ name, date }) => (
        <button
          key={name}
          type="button"
          aria-pressed={chosen === date}
          onClick={() => onPick(chosen === date ? "" : date)}
          className={classes(
            "rounded-full border px-2 py-1",
            chosen === date
              ? "border-accent bg-accent-soft text-accent-strong"
              : "border-line text-muted hover:border-line-strong hover:text-text",
          )}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

import { Field, Select } from "@/components/ui/field";
import { daysAfter } from "@/features/tasks/due";
import { ListField } from "@/features/tasks/list-field";
import { RemindersField } from "@/features/tasks/reminders-field";
import { RepeatField } from "@/features/tasks/repeat-field";
import { PRIORITIES, PRIORITY_NAMES, type Priority } from "@/features/tasks/task";
import { type Details, tagsError } from "@/features/tasks/task-form";
import { classes } from "@/lib/classes";

type FieldsProps = {
  details: Details;
  today: string;
  listNames: string[];
  onChange: (details: Details) => void;
};

/** Due date and time, repeat, list, priority and tags. */
export function DetailFields({ details, today, listNames, onChange }: FieldsProps) {
  const set = (some: Partial<Details>) => onChange({ ...details, ...some });
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div className="flex flex-col gap-2">
        <Field
          label="Due"
          type="date"
          value={details.due_on}
          onChange={(event) => set({ due_on: event.target.value })}
        />
        <Days today={today} chosen={details.due_on} onPick={(due_on) => set({ due_on })} />
      </div>
      <Field
        label="Time"
        type="time"
        value={details.due_time}
        disabled={!details.due_on}
        onChange={(event) => set({ due_time: event.target.value })}
      />
      <RepeatField
        value={details.repeat}
        day={details.due_on || today}
        onChange={(repeat) => set({ repeat })}
      />
      <Select
        label="Priority"
        value={details.priority}
        onChange={(event) => set({ priority: event.target.value as Priority })}
      >
        {PRIORITIES.map((priority) => (
          <option key={priority} value={priority}>
            {PRIORITY_NAMES[priority]}
          </option>
        ))}
      </Select>
      <ListField value={details.list} names={listNames} onChange={(list) => set({ list })} />
      <RemindersField
        value={details.reminders}
        hasDate={Boolean(details.due_on)}
        today={today}
        onChange={(reminders) => set({ reminders })}
      />
      <Field
        label="Tags"
        value={details.tags}
        placeholder="home shopping"
        autoCapitalize="none"
        error={tagsError(details.tags)}
        onChange={(event) => set({ tags: event.target.value })}
      />
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

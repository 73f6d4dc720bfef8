import { fullDate, relativeDay } from "@/features/tasks/due";
import { ListIcon } from "@/features/tasks/icons";
import { reminderWords } from "@/features/tasks/reminder-words";
import {
  AlertIcon,
  BellIcon,
  CalendarIcon,
  PriorityIcon,
  RepeatIcon,
} from "@/features/tasks/row-icons";
import { PRIORITIES, PRIORITY_NAMES, type Task } from "@/features/tasks/task";
import { classes } from "@/lib/classes";

const BADGE = "inline-flex items-center gap-1 whitespace-nowrap";

/** The due date of a task, marked if it is overdue. */
export function DueBadge({ task, today }: { task: Task; today: string }) {
  const due = task.due_on;
  if (!due) return null;
  const overdue = !task.completed && due < today;
  const now = !task.completed && due === today;
  const words = [relativeDay(due, today), task.due_time].filter(Boolean).join(" ");
  return (
    <time
      dateTime={task.due_time ? `${due}T${task.due_time}` : due}
      title={fullDate(due)}
      className={classes(
        BADGE,
        overdue && "font-medium text-danger",
        now && "font-medium text-warn",
      )}
    >
      {overdue ? <AlertIcon /> : <CalendarIcon />}
      {overdue ? `Overdue, ${words}` : words.charAt(0).toUpperCase() + words.slice(1)}
    </time>
  );
}

/** When a task repeats, in words. */
export function RepeatBadge({ task: { repeat_text: words } }: { task: Task }) {
  if (!words) return null;
  return (
    <span className={BADGE}>
      <RepeatIcon />
      <span className="sr-only">Repeats </span>
      {words}
    </span>
  );
}

/** A bell where a reminder waits, with when it comes unless that is when the task is due. */
export function ReminderBadge({ task, today }: { task: Task; today: string }) {
  const next = task.reminders.find(({ status }) => status === "waiting");
  if (!next || task.completed) return null;
  const words = reminderWords(next.spec, today);
  return (
    <span className={BADGE} title={words}>
      <BellIcon />
      <span className="sr-only">Reminder: </span>
      <span className={classes(next.spec === "0m" && "sr-only")}>{words}</span>
    </span>
  );
}

/** A task's priority, if it has one. */
export function PriorityBadge({ task: { priority, completed } }: { task: Task }) {
  if (priority === "none") return null;
  return (
    <span className={classes(BADGE, priority === "high" && !completed && "font-medium text-text")}>
      <PriorityIcon steps={PRIORITIES.indexOf(priority)} />
      {PRIORITY_NAMES[priority]}
      <span className="sr-only"> priority</span>
    </span>
  );
}

/** The list of a task, if it is in one. */
export function ListBadge({ task: { list } }: { task: Task }) {
  if (!list) return null;
  return (
    <span className={classes(BADGE, "max-w-48")}>
      <ListIcon />
      <span className="sr-only">In </span>
      <span className="truncate">{list}</span>
    </span>
  );
}

/** A tag that filters the list when it is pressed. */
export function TagButton({ tag, onPick }: { tag: string; onPick: (tag: string) => void }) {
  return (
    <button
      type="button"
      onClick={() => onPick(tag)}
      aria-label={`Show tasks tagged ${tag}`}
      className="max-w-40 truncate rounded-full bg-raised px-2 py-0.5 hover:bg-accent-soft hover:text-text"
    >
      #{tag}
    </button>
  );
}

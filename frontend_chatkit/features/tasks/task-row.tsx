import { Button } from "@/components/ui/button";
import {
  DueBadge,
  ListBadge,
  PriorityBadge,
  ReminderBadge,
  RepeatBadge,
  TagButton,
} from "@/features/tasks/badges";
import { PencilIcon, TrashIcon } from "@/features/tasks/row-icons";
import { isSaved, type Task } from "@/features/tasks/task";
import { TickBox } from "@/features/tasks/tick-box";
import { classes } from "@/lib/classes";

export type RowActions = {
  onTick: (task: Task, completed: boolean) => void;
  onEdit: (task: Task) => void;
  onDelete: (task: Task) => void;
  onPickTag: (tag: string) => void;
};

type RowProps = RowActions & {
  /** The element's id, by which the page focuses it. */
  id?: string;
  task: Task;
  today: string;
  marked: boolean;
  /** Whether to name its list: not where all are of one list. */
  showsList: boolean;
};

/** One task of the list. `marked` is set for the task that the address names. */
export function TaskRow({ id, task, today, marked, showsList, ...on }: RowProps) {
  const saved = isSaved(task);
  return (
    <li
      id={id}
      tabIndex={-1}
      aria-busy={!saved || undefined}
      className={classes(
        "group flex items-start gap-3 px-3 py-2.5 outline-offset-[-2px] transition-[opacity,background-color] duration-200 starting:opacity-0 sm:px-4",
        marked ? "bg-accent-soft" : "hover:bg-raised/50",
        !saved && "opacity-60",
      )}
    >
      <TickBox
        label={task.title}
        checked={task.completed}
        disabled={!saved}
        onChange={(completed) => on.onTick(task, completed)}
      />
      <div className="min-w-0 flex-1 py-0.5">
        <button
          type="button"
          disabled={!saved}
          aria-label={`Edit ${task.title}`}
          onClick={() => on.onEdit(task)}
          className={classes(
            "block w-full text-left wrap-anywhere",
            task.completed && "text-muted line-through decoration-line-strong",
          )}
        >
          {task.title}
        </button>
        {task.description && <p className="truncate text-sm text-muted">{task.description}</p>}
        <Badges task={task} today={today} showsList={showsList} onPickTag={on.onPickTag} />
      </div>
      <RowButtons task={task} disabled={!saved} {...on} />
    </li>
  );
}

type BadgesProps = Pick<RowProps, "task" | "today" | "showsList" | "onPickTag">;

function Badges({ task, today, showsList, onPickTag }: BadgesProps) {
  return (
    <div className="mt-1 flex empty:hidden flex-wrap max-sm:-mr-10 items-center gap-x-3 gap-y-1 text-sm text-muted">
      <DueBadge task={task} today={today} />
      <RepeatBadge task={task} />
      <ReminderBadge task={task} today={today} />
      <PriorityBadge task={task} />
      {showsList && <ListBadge task={task} />}
      {task.tags.map((tag) => (
        <TagButton key={tag} tag={tag} onPick={onPickTag} />
      ))}
    </div>
  );
}

function RowButtons({
  task,
  disabled,
  onEdit,
  onDelete,
}: { task: Task; disabled: boolean } & RowActions) {
  return (
    <div className="-my-1.5 flex pointer-fine:opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
      <Button
        look="ghost"
        size="icon"
        className="max-sm:hidden"
        title="Edit"
        // The title beside it has the same function, and a label.
        aria-hidden
        tabIndex={-1}
        disabled={disabled}
        onClick={() => onEdit(task)}
      >
        <PencilIcon />
      </Button>
      <Button
        look="ghost"
        size="icon"
        className="hover:text-danger"
        aria-label={`Delete ${task.title}`}
        disabled={disabled}
        onClick={() => onDelete(task)}
      >
        <TrashIcon />
      </Button>
    </div>
  );
}

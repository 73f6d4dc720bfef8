import { Button } from "@/components/ui/button";
import type { Filter } from "@/features/tasks/filter";
import { rowId } from "@/features/tasks/focus";
import { type Group, groupsOf } from "@/features/tasks/groups";
import { type RowActions, TaskRow } from "@/features/tasks/task-row";
import { counted, type View } from "@/features/tasks/view";
import { classes } from "@/lib/classes";

type RowsProps = RowActions & { today: string; marked: number | null; showsList: boolean };

type ListProps = Omit<RowsProps, "showsList"> & {
  view: View;
  filter: Filter;
  busy: boolean;
  onMore: () => void;
};

/** The tasks in their groups, with a button that loads more. */
export function TaskList({ view, filter, busy, onMore, ...rows }: ListProps) {
  return (
    <div className="flex flex-col gap-6">
      {groupsOf(view.tasks, filter, rows.today).map((group) => (
        <Tasks key={group.key} group={group} showsList={!filter.list} {...rows} />
      ))}
      {view.hasMore && (
        <div className="flex justify-center">
          <Button onClick={onMore} busy={busy}>
            Show more
            <span className="text-muted">
              {view.tasks.length} of {counted(view.total)}
            </span>
          </Button>
        </div>
      )}
    </div>
  );
}

function Tasks({ group, marked, ...row }: RowsProps & { group: Group }) {
  return (
    <section>
      {group.title && (
        <h2
          className={classes(
            "flex items-baseline gap-2 px-1 pb-2 text-sm font-semibold",
            group.overdue && "text-danger",
          )}
        >
          {group.title}
          <span className="font-normal text-muted tabular-nums">
            {group.tasks.length}
            <span className="sr-only"> listed</span>
          </span>
        </h2>
      )}
      <ul
        aria-label={group.title ?? "Tasks"}
        className="divide-y divide-line overflow-clip rounded-2xl border border-line bg-surface"
      >
        {group.tasks.map((task) => (
          <TaskRow
            key={task.id}
            id={rowId(task.id)}
            task={task}
            marked={task.id === marked}
            {...row}
          />
        ))}
      </ul>
    </section>
  );
}

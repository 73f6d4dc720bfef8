import { Button } from "@/components/ui/button";
import { type RowActions, TaskRow } from "@/features/tasks/task-row";
import { counted, type View } from "@/features/tasks/view";

type ListProps = RowActions & {
  view: View;
  today: string;
  marked: number | null;
  busy: boolean;
  onMore: () => void;
};

/** The tasks, with a button that loads more. */
export function TaskList({ view, today, marked, busy, onMore, ...on }: ListProps) {
  return (
    <>
      <ul
        aria-label="Tasks"
        className="divide-y divide-line overflow-clip rounded-2xl border border-line bg-surface"
      >
        {view.tasks.map((task) => (
          <TaskRow key={task.id} task={task} today={today} marked={task.id === marked} {...on} />
        ))}
      </ul>
      {view.hasMore && (
        <div className="mt-4 flex justify-center">
          <Button onClick={onMore} busy={busy}>
            Show more
            <span className="text-muted">
              {view.tasks.length} of {counted(view.total)}
            </span>
          </Button>
        </div>
      )}
    </>
  );
}

import { ListEmpty, ListFailure, TaskList } from "@/features/tasks/later";
import { ListSkeleton } from "@/features/tasks/list-skeleton";
import type { State } from "@/features/tasks/state";
import type { RowActions } from "@/features/tasks/task-row";
import type { View } from "@/features/tasks/view";

type BodyProps = RowActions & {
  state: State;
  view: View;
  today: string;
  marked: number | null;
  onRetry: () => void;
  onMore: () => void;
  onClear: () => void;
};

/** The list, or what stands in its place. */
export function ListBody({ state, view, onRetry, onClear, ...list }: BodyProps) {
  const { failure, reach, filter, reading } = state;
  const isEmpty = view.tasks.length === 0;
  return (
    <>
      {failure !== null && (
        <ListFailure error={failure} filter={filter} onRetry={onRetry} onClear={onClear} />
      )}
      {isEmpty && !reach && failure === null && <ListSkeleton />}
      {isEmpty && reach && !view.hasMore && <ListEmpty filter={filter} onClear={onClear} />}
      {(!isEmpty || view.hasMore) && (
        <div>
          <TaskList view={view} busy={reading === "more"} {...list} />
        </div>
      )}
    </>
  );
}

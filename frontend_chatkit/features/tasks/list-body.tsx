import { ListEmpty, ListFailure, ListSkeleton, TaskList } from "@/features/tasks/lazy";
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

/** The list, or its loading, empty or error state. */
export function ListBody({ state, view, onRetry, onClear, ...list }: BodyProps) {
  const { failure, reach, filter, loading } = state;
  const isEmpty = view.tasks.length === 0;
  return (
    <>
      {failure !== null && (
        <ListFailure error={failure} filter={filter} onRetry={onRetry} onClear={onClear} />
      )}
      {isEmpty && !reach && failure === null && <ListSkeleton />}
      {isEmpty && reach && !view.hasMore && <ListEmpty filter={filter} onClear={onClear} />}
      {(!isEmpty || view.hasMore) && (
        <TaskList view={view} filter={filter} busy={loading === "more"} {...list} />
      )}
    </>
  );
}

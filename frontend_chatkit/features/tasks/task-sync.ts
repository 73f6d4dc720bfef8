import type { BellEvent, Connection } from "@/features/tasks/follow";
import type { LiveStream } from "@/features/tasks/live-stream";
import { createMutations, type TaskMutations } from "@/features/tasks/mutations";
import { createQueries, type TaskQueries } from "@/features/tasks/queries";
import type { Store } from "@/features/tasks/store";
import type { TaskChange } from "@/features/tasks/task";

/** Loads and changes the tasks of a store, and keeps it in sync with the server. */
export type TaskSync = TaskQueries & TaskMutations & { follow: Follow };

type Follow = (onConnection: (connection: Connection) => void, signal: AbortSignal) => void;

// The list is loaded once the stream is up, which needs no second load, or after this time at most.
const FALLBACK_MS = 600;

export function createTaskSync(store: Store, live: LiveStream): TaskSync {
  let isLive = false;
  const queries = createQueries(store);
  const list = () => void queries.list();

  const follow: Follow = (onConnection, signal) => {
    const fallback = setTimeout(list, FALLBACK_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(fallback);
      queries.stop();
    });
    const handlers = {
      onGap: () => {
        clearTimeout(fallback);
        list();
      },
      onChange: (change: TaskChange) => store.dispatch({ type: "change-received", change }),
      // Firing is no change of the task, but its reminder waits no longer.
      onBell: ({ notification }: BellEvent) =>
        void (notification && queries.refresh(notification.task_id)),
      onConnection: (now: Connection) => {
        isLive = now === "live";
        onConnection(now);
        if (isLive && store.get().failure !== null) list();
      },
    };
    live.follow(handlers, signal);
  };

  return { ...queries, ...createMutations(store, () => isLive), follow };
}

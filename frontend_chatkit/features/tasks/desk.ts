import { type Connection, followTasks } from "@/features/tasks/follow";
import { createReader, type Reader } from "@/features/tasks/reading";
import type { Store } from "@/features/tasks/store";
import type { TaskChange } from "@/features/tasks/task";
import { createWriter, type Writer } from "@/features/tasks/writing";

/** What reads and writes the tasks of a store, and keeps it as the server has them. */
export type Desk = Reader & Writer & { follow: Follow };

type Follow = (onConnection: (connection: Connection) => void, signal: AbortSignal) => void;

// A list that is read once the stream is up need not be read again; no page waits longer for that.
const PATIENCE_MS = 600;

export function createDesk(store: Store): Desk {
  let isLive = false;
  const reader = createReader(store);
  const list = () => void reader.list();

  const follow: Follow = (onConnection, signal) => {
    const patience = setTimeout(list, PATIENCE_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(patience);
      reader.stop();
    });
    const followed = {
      onGap: () => {
        clearTimeout(patience);
        list();
      },
      onChange: (change: TaskChange) => store.dispatch({ type: "told", change }),
      onConnection: (now: Connection) => {
        isLive = now === "live";
        onConnection(now);
        if (isLive && store.get().failure !== null) list();
      },
    };
    void followTasks(followed, signal);
  };

  return { ...reader, ...createWriter(store, () => isLive), follow };
}

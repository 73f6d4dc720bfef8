import type { Filter } from "@/features/tasks/filter";
import { getTask, listTasks } from "@/features/tasks/requests";
import type { Store } from "@/features/tasks/store";
import type { Task } from "@/features/tasks/task";
import { view } from "@/features/tasks/view";

const PAGE = 50;
const LONGEST_PAGE = 100;

export type Reader = {
  /** Read the list from its start; a reading that is under way is given up. */
  list: (filter?: Filter) => Promise<void>;
  more: () => Promise<void>;
  /** Return one task, asked for if it is not known; throws if there is none. */
  find: (id: number) => Promise<Task>;
  stop: () => void;
};

/** Read tasks into a store. */
export function createReader(store: Store): Reader {
  let current = new AbortController();

  const begin = () => {
    current.abort();
    current = new AbortController();
    return current.signal;
  };

  const reading = async (signal: AbortSignal, read: () => Promise<void>) => {
    try {
      await read();
    } catch (error) {
      if (!signal.aborted) store.dispatch({ type: "failed", error });
    }
  };

  return {
    list: (filter = store.get().filter) => {
      const signal = begin();
      const shown = filter === store.get().filter ? view(store.get()).tasks.length : 0;
      store.dispatch({ type: "asked", filter });
      return reading(signal, async () => {
        const limit = Math.min(Math.max(shown, PAGE), LONGEST_PAGE);
        const page = await listTasks(filter, { limit, signal });
        if (!signal.aborted) store.dispatch({ type: "listed", page });
      });
    },
    more: async () => {
      const { reach, reading: busy, filter } = store.get();
      const cursor = reach?.cursor;
      if (!cursor || busy) return;
      const signal = begin();
      store.dispatch({ type: "asked-more" });
      await reading(signal, async () => {
        const page = await listTasks(filter, { limit: PAGE, cursor, signal });
        if (!signal.aborted) store.dispatch({ type: "listed-more", page });
      });
    },
    find: async (id) => {
      const known = store.get().known[id]?.task;
      if (known) return known;
      const task = await getTask(id);
      store.dispatch({ type: "found", task });
      return task;
    },
    stop: () => current.abort(),
  };
}

import type { Filter } from "@/features/tasks/filter";
import { getTask, listTasks } from "@/features/tasks/requests";
import type { Store } from "@/features/tasks/store";
import type { Task } from "@/features/tasks/task";
import { view } from "@/features/tasks/view";

const PAGE = 50;
const MAX_PAGE = 100;

export type TaskQueries = {
  /** Load the list from its start; a request that is running is aborted. */
  list: (filter?: Filter) => Promise<void>;
  more: () => Promise<void>;
  /** Return one task, from the API if it is not cached; throws if there is none. */
  find: (id: number) => Promise<Task>;
  /** Load a cached task again; a failure leaves it as it is. */
  refresh: (id: number) => Promise<void>;
  stop: () => void;
};

/** Load tasks into a store. */
export function createQueries(store: Store): TaskQueries {
  let current = new AbortController();

  const begin = () => {
    current.abort();
    current = new AbortController();
    return current.signal;
  };

  const load = async (signal: AbortSignal, request: () => Promise<void>) => {
    try {
      await request();
    } catch (error) {
      if (!signal.aborted) store.dispatch({ type: "load-failed", error });
    }
  };

  return {
    list: (filter = store.get().filter) => {
      const signal = begin();
      const shown = filter === store.get().filter ? view(store.get()).tasks.length : 0;
      store.dispatch({ type: "list-requested", filter });
      return load(signal, async () => {
        const limit = Math.min(Math.max(shown, PAGE), MAX_PAGE);
        const page = await listTasks(filter, { limit, signal });
        if (!signal.aborted) store.dispatch({ type: "list-loaded", page });
      });
    },
    more: async () => {
      const { reach, loading: busy, filter } = store.get();
      const cursor = reach?.cursor;
      if (!cursor || busy) return;
      const signal = begin();
      store.dispatch({ type: "more-requested" });
      await load(signal, async () => {
        const page = await listTasks(filter, { limit: PAGE, cursor, signal });
        if (!signal.aborted) store.dispatch({ type: "more-loaded", page });
      });
    },
    find: async (id) => {
      const cached = store.get().cached[id]?.task;
      if (cached) return cached;
      const task = await getTask(id);
      store.dispatch({ type: "task-loaded", task });
      return task;
    },
    refresh: async (id) => {
      if (!store.get().cached[id]?.task) return;
      await getTask(id).then(
        (task) => store.dispatch({ type: "task-loaded", task }),
        () => undefined,
      );
    },
    stop: () => current.abort(),
  };
}

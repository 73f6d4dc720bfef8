"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import type { Filter } from "@/features/tasks/filter";
import type { Connection } from "@/features/tasks/follow";
import { useLiveStream } from "@/features/tasks/live-context";
import type { LiveStream } from "@/features/tasks/live-stream";
import type { TaskMutations } from "@/features/tasks/mutations";
import type { TaskQueries } from "@/features/tasks/queries";
import { INITIAL_STATE, type State } from "@/features/tasks/state";
import { createStore, type Store } from "@/features/tasks/store";
import type { TaskSync } from "@/features/tasks/task-sync";

export type LiveTasks = Omit<TaskQueries, "stop" | "refresh"> &
  TaskMutations & { store: Store; state: State; connection: Connection };

const loadTaskSync = () => import("@/features/tasks/task-sync");

// Requested while the page hydrates; where this fails, the next use requests it again.
if (typeof window !== "undefined") loadTaskSync().catch(() => undefined);

/** The tasks that match a filter, in sync with the server. */
export function useTasks(filter: Filter): LiveTasks {
  const [connection, setConnection] = useState<Connection>("connecting");
  const live = useLiveStream();
  const [tasks] = useState(() => createTasks(filter, live));
  const { store } = tasks;
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);

  useEffect(() => {
    if (filter !== store.get().filter) void tasks.list(filter);
  }, [tasks, store, filter]);

  useEffect(() => {
    const unmounted = new AbortController();
    tasks.sync().then(
      (sync) => unmounted.signal.aborted || sync.follow(setConnection, unmounted.signal),
      (error: unknown) => store.dispatch({ type: "load-failed", error }),
    );
    return () => unmounted.abort();
  }, [tasks, store]);

  return { ...tasks, state, connection };
}

/** The code that talks to the API is loaded separately: the page is usable before it arrives. */
function createTasks(initial: Filter, live: LiveStream) {
  const store = createStore({ ...INITIAL_STATE, filter: initial });
  let loading: Promise<TaskSync> | undefined;
  const sync = () => {
    loading ??= loadTaskSync().then(({ createTaskSync }) => createTaskSync(store, live));
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };
  return {
    store,
    sync,
    list: async (filter?: Filter) => {
      try {
        await (await sync()).list(filter);
      } catch (error) {
        store.dispatch({ type: "load-failed", error });
      }
    },
    more: async () => (await sync()).more(),
    find: async (id: number) => (await sync()).find(id),
    add: async (...task: Parameters<TaskMutations["add"]>) => (await sync()).add(...task),
    change: async (...changes: Parameters<TaskMutations["change"]>) =>
      (await sync()).change(...changes),
    remove: async (...task: Parameters<TaskMutations["remove"]>) => (await sync()).remove(...task),
    restore: async (...task: Parameters<TaskMutations["restore"]>) =>
      (await sync()).restore(...task),
  };
}

"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import type { Desk } from "@/features/tasks/desk";
import type { Filter } from "@/features/tasks/filter";
import type { Connection } from "@/features/tasks/follow";
import type { Reader } from "@/features/tasks/reading";
import { NOTHING, type State } from "@/features/tasks/state";
import { createStore, type Store } from "@/features/tasks/store";
import type { Writer } from "@/features/tasks/writing";

export type LiveTasks = Omit<Reader, "stop"> &
  Writer & { store: Store; state: State; connection: Connection };

const loadDesk = () => import("@/features/tasks/desk");

// On its way while the page comes to life; if this fails, whoever needs it asks again.
if (typeof window !== "undefined") loadDesk().catch(() => undefined);

/** The user's tasks that fit a filter, kept as they are on the server. */
export function useTasks(filter: Filter): LiveTasks {
  const [connection, setConnection] = useState<Connection>("connecting");
  const [tasks] = useState(() => createTasks(filter));
  const { store } = tasks;
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);

  useEffect(() => {
    if (filter !== store.get().filter) void tasks.list(filter);
  }, [tasks, store, filter]);

  useEffect(() => {
    const leaving = new AbortController();
    tasks.desk().then(
      (desk) => leaving.signal.aborted || desk.follow(setConnection, leaving.signal),
      (error: unknown) => store.dispatch({ type: "failed", error }),
    );
    return () => leaving.abort();
  }, [tasks, store]);

  return { ...tasks, state, connection };
}

/** What works with the API comes beside the page, which can be seen and typed into before that. */
function createTasks(filter: Filter) {
  const store = createStore({ ...NOTHING, filter });
  let loading: Promise<Desk> | undefined;
  const desk = () => {
    loading ??= loadDesk().then(({ createDesk }) => createDesk(store));
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };
  return {
    store,
    desk,
    list: async (wanted?: Filter) => {
      try {
        await (await desk()).list(wanted);
      } catch (error) {
        store.dispatch({ type: "failed", error });
      }
    },
    more: async () => (await desk()).more(),
    find: async (id: number) => (await desk()).find(id),
    add: async (...task: Parameters<Writer["add"]>) => (await desk()).add(...task),
    change: async (...wanted: Parameters<Writer["change"]>) => (await desk()).change(...wanted),
    remove: async (...task: Parameters<Writer["remove"]>) => (await desk()).remove(...task),
    restore: async (...task: Parameters<Writer["restore"]>) => (await desk()).restore(...task),
  };
}

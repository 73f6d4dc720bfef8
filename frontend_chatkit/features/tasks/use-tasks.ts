"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import type { Filter } from "@/features/tasks/filter";
import { type Connection, followTasks } from "@/features/tasks/follow";
import { createReader, type Reader } from "@/features/tasks/reading";
import { NOTHING, type State } from "@/features/tasks/state";
import { createStore, type Store } from "@/features/tasks/store";
import { createWriter, type Writer } from "@/features/tasks/writing";

export type LiveTasks = Reader & Writer & { store: Store; state: State; connection: Connection };

// A list that is read once the stream is up need not be read again; no page waits longer for that.
const PATIENCE_MS = 600;

/** The user's tasks that fit a filter, kept as they are on the server. */
export function useTasks(filter: Filter): LiveTasks {
  const [connection, setConnection] = useState<Connection>("connecting");
  const [desk] = useState(() => createDesk(filter));
  const { store } = desk;
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);

  useEffect(() => {
    if (filter !== store.get().filter) void desk.list(filter);
  }, [desk, store, filter]);

  useEffect(() => {
    const leaving = new AbortController();
    const patience = setTimeout(() => void desk.list(), PATIENCE_MS);
    const onGap = () => {
      clearTimeout(patience);
      void desk.list();
    };
    const onConnection = (now: Connection) => {
      desk.live.is = now === "live";
      setConnection(now);
      if (desk.live.is && store.get().failure !== null) void desk.list();
    };
    void followTasks(
      { onGap, onConnection, onChange: (change) => store.dispatch({ type: "told", change }) },
      leaving.signal,
    );
    return () => {
      clearTimeout(patience);
      leaving.abort();
      desk.stop();
    };
  }, [desk, store]);

  return { ...desk, state, connection };
}

function createDesk(filter: Filter) {
  const store = createStore({ ...NOTHING, filter });
  const live = { is: false };
  return { store, live, ...createReader(store), ...createWriter(store, () => live.is) };
}

"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { Lists } from "@/features/tasks/list-requests";
import { useLiveStream } from "@/features/tasks/live-context";
import type { Store } from "@/features/tasks/store";

const PAUSE_MS = 300;

export type LiveLists = {
  /** Null until they are loaded. */
  lists: Lists | null;
  refresh: () => Promise<void>;
};

/**
 * Load the lists and their counts, and again after each change of a task or list and when the page
 * becomes visible. `onChange` is called when a name is a new one, or a list is gone or archived,
 * because tasks may then be in other places.
 */
export function useLists(store: Store, today: string, onChange: () => void): LiveLists {
  const live = useLiveStream();
  const [lists, setLists] = useState<Lists | null>(null);
  const names = useRef<string | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;

  const refresh = useCallback(async () => {
    const { loadLists } = await import("@/features/tasks/list-requests");
    const loaded = await loadLists(today);
    const now = JSON.stringify(loaded.lists.map(({ id, name }) => [id, name]));
    if (names.current !== null && names.current !== now) changed.current();
    names.current = now;
    setLists(loaded);
  }, [today]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let { cached } = store.get();
    const soon = () => {
      clearTimeout(timer);
      // Counts that can't be loaded now are loaded with the next change.
      timer = setTimeout(() => refresh().catch(() => undefined), PAUSE_MS);
    };
    const onStore = () => {
      if (store.get().cached !== cached) soon();
      cached = store.get().cached;
    };
    const onVisible = () => document.visibilityState === "visible" && soon();
    const unsubscribe = store.subscribe(onStore);
    const unmounted = new AbortController();
    live.follow({ onGap: soon, onLists: soon }, unmounted.signal);
    document.addEventListener("visibilitychange", onVisible);
    soon();
    return () => {
      clearTimeout(timer);
      unsubscribe();
      unmounted.abort();
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [store, live, refresh]);

  return { lists, refresh };
}

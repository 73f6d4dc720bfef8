"use client";

import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { Conversation } from "@/features/chat/conversation/reducer";
import { History } from "@/features/chat/history/history";
import type { Protocol } from "@/features/chat/protocol/client";

/** Return the user's conversations and their state, in which the open one is known by its title. */
export function useHistory(protocol: Protocol, { threadId, title, phase }: Conversation) {
  const history = useMemo(() => new History(protocol), [protocol]);
  const state = useSyncExternalStore(history.subscribe, history.now, history.now);

  useEffect(() => {
    void history.load();
  }, [history]);

  const used = phase === "replying";
  useEffect(() => {
    if (threadId && title) history.note(threadId, title, used);
  }, [history, threadId, title, used]);

  return [history, state] as const;
}

"use client";

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { OpenConversation } from "@/features/chat/conversation/conversation";
import { EMPTY } from "@/features/chat/conversation/reducer";
import type { Protocol } from "@/features/chat/protocol/client";

const empty = () => EMPTY;

/** Return the open conversation and its state; it is refreshed when the page becomes visible. */
export function useConversation(protocol: Protocol, threadId: string | null) {
  const conversation = useMemo(() => new OpenConversation(protocol), [protocol]);
  const state = useSyncExternalStore(conversation.subscribe, conversation.now, empty);

  useEffect(() => () => conversation.close(), [conversation]);

  useEffect(() => {
    void conversation.show(threadId);
  }, [conversation, threadId]);

  useEffect(() => {
    const onVisible = () => document.visibilityState === "visible" && void conversation.refresh();
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, [conversation]);

  return [conversation, state] as const;
}

"use client";

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { OpenConversation } from "@/features/chat/conversation/conversation";
import { EMPTY } from "@/features/chat/conversation/reducer";
import type { Protocol } from "@/features/chat/protocol/client";

const empty = () => EMPTY;

/** Return the conversation that is open, and its state; it is up to date when the page is seen. */
export function useConversation(protocol: Protocol, threadId: string | null) {
  const conversation = useMemo(() => new OpenConversation(protocol), [protocol]);
  const state = useSyncExternalStore(conversation.subscribe, conversation.now, empty);

  useEffect(() => () => conversation.close(), [conversation]);

  useEffect(() => {
    void conversation.show(threadId);
  }, [conversation, threadId]);

  useEffect(() => {
    const seen = () => document.visibilityState === "visible" && void conversation.refresh();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [conversation]);

  return [conversation, state] as const;
}

"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { AssistantNote } from "@/features/chat/assistant-note";
import { ChatTasksProvider } from "@/features/chat/chat-tasks";
import { isBusy } from "@/features/chat/conversation/reducer";
import { useConversation } from "@/features/chat/conversation/use-conversation";
import { ConversationView } from "@/features/chat/conversation-view";
import { useHistory } from "@/features/chat/history/history";
import { ThreadList } from "@/features/chat/history/thread-list";
import { HistoryIcon, PlusIcon } from "@/features/chat/icons";
import { loadMarkdown } from "@/features/chat/items/rich-text";
import { Protocol } from "@/features/chat/protocol/client";
import { useUndoToast } from "@/features/chat/undo-toast";

/** The open conversation, and a function that opens another; `replace` adds no history entry. */
export type Place = {
  threadId: string | null;
  go: (threadId: string | null, options?: { replace?: boolean }) => void;
};

type PanelProps = {
  place: Place;
  timezone: string | null;
  /** Whether the note about the built-in assistant is shown until it is dismissed. */
  hasNote: boolean;
};

/** The built-in chat: the open conversation and the list of all. */
export function Panel(props: PanelProps) {
  return (
    <ChatTasksProvider>
      <Conversations {...props} />
    </ChatTasksProvider>
  );
}

function Conversations({ place, timezone, hasNote }: PanelProps) {
  const protocol = useMemo(() => new Protocol(timezone), [timezone]);
  const [conversation, state] = useConversation(protocol, place.threadId);
  const [history, threads] = useHistory(protocol, state);
  const [listing, setListing] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  useAddressOf(state.threadId, place);
  useUndoToast(state.threadId, isBusy(state));
  useEffect(() => focusComposer(input.current), []);
  useEffect(() => void loadMarkdown(), []);

  const open = (threadId: string | null) => {
    setListing(false);
    void conversation.show(threadId);
    place.go(threadId);
    focusComposer(input.current);
  };
  const list = (
    <ThreadList history={history} state={threads} current={state.threadId} onOpen={open} />
  );
  return (
    <div className="flex h-full" data-chat="built-in">
      <h1 className="sr-only">Chat</h1>
      <aside className="flex w-72 shrink-0 flex-col border-r border-line bg-surface max-md:hidden">
        {list}
      </aside>
      <ConversationView conversation={conversation} state={state} input={input}>
        <PhoneBar title={state.title} onList={() => setListing(true)} onNew={() => open(null)} />
        {hasNote && <AssistantNote onDismissed={() => focusComposer(input.current)} />}
      </ConversationView>
      <Drawer title="Conversations" open={listing} onClose={() => setListing(false)}>
        {list}
      </Drawer>
    </div>
  );
}

/** Put the id of a new conversation into the address. */
function useAddressOf(threadId: string | null, place: Place): void {
  const latest = useRef(place);
  latest.current = place;
  useEffect(() => {
    if (threadId && latest.current.threadId === null) {
      latest.current.go(threadId, { replace: true });
    }
  }, [threadId]);
}

/** Focus the composer, except on touch screens, where that would open the keyboard. */
function focusComposer(input: HTMLTextAreaElement | null): void {
  if (!window.matchMedia("(pointer: coarse)").matches) input?.focus();
}

/** The bar above the conversation on screens that are too narrow for the list. */
function PhoneBar({
  title,
  onList,
  onNew,
}: {
  title: string | null;
  onList: () => void;
  onNew: () => void;
}) {
  return (
    <div className="flex items-center gap-1 border-b border-line bg-surface px-2 py-1 md:hidden">
      <Button look="ghost" size="icon" aria-label="Conversations" onClick={onList}>
        <HistoryIcon />
      </Button>
      <p className="min-w-0 flex-1 truncate text-center text-sm font-medium">
        {title ?? "New conversation"}
      </p>
      <Button look="ghost" size="icon" aria-label="New conversation" onClick={onNew}>
        <PlusIcon />
      </Button>
    </div>
  );
}

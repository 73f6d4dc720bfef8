"use client";

import { type ReactNode, type RefObject, useCallback, useEffect, useState } from "react";
import { Spinner } from "@/components/ui/spinner";
import { Announcer } from "@/features/chat/announcer";
import { Composer } from "@/features/chat/composer";
import type { OpenConversation } from "@/features/chat/conversation/conversation";
import { type Conversation, isBusy } from "@/features/chat/conversation/reducer";
import { ErrorBar } from "@/features/chat/error-bar";
import type { Press } from "@/features/chat/items/pending-row";
import { Log } from "@/features/chat/log";
import { Welcome } from "@/features/chat/welcome";

/** The open conversation with the composer, below `children`. */
export function ConversationView({
  conversation,
  state,
  input,
  children,
}: {
  conversation: OpenConversation;
  state: Conversation;
  input: RefObject<HTMLTextAreaElement | null>;
  children: ReactNode;
}) {
  const [draft, setDraft] = useDraft(state.unsent);
  const press = useCallback<Press>((...args) => conversation.press(...args), [conversation]);
  const rate = useCallback<OpenConversation["rate"]>(
    (...args) => conversation.rate(...args),
    [conversation],
  );
  const busy = isBusy(state);
  const send = (text: string) => {
    setDraft("");
    input.current?.focus();
    void conversation.send(text);
  };
  const stop = () => {
    input.current?.focus();
    void conversation.stop();
  };
  const retry = () => void conversation.retry();
  const isEmpty = state.items.length === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape stops wherever the focus is
    <div
      className="flex min-w-0 flex-1 flex-col"
      onKeyDown={(event) => event.key === "Escape" && busy && stop()}
    >
      {children}
      {isEmpty && state.phase === "loading" && <Opening />}
      {isEmpty && state.phase !== "loading" && <Welcome onPrompt={send} />}
      {!isEmpty && (
        <Log
          state={state}
          onPress={press}
          onSend={send}
          onRate={rate}
          onRetry={retry}
          onEarlier={() => void conversation.loadEarlier()}
        />
      )}
      {!busy && (
        <ErrorBar
          state={state}
          onRetry={retry}
          onSend={send}
          onLoad={() => void conversation.reload()}
        />
      )}
      <Composer
        input={input}
        draft={draft}
        busy={busy}
        stopping={state.phase === "stopping"}
        onDraft={setDraft}
        onSend={send}
        onStop={stop}
      />
      <Announcer state={state} />
    </div>
  );
}

function Opening() {
  return (
    <div className="grid flex-1 place-items-center text-muted">
      <Spinner label="Opening the conversation" />
    </div>
  );
}

/** The text of the composer; a message that could not be sent is restored into it. */
function useDraft(unsent: string | null) {
  const [draft, setDraft] = useState("");
  useEffect(() => {
    if (unsent) setDraft((now) => now || unsent);
  }, [unsent]);
  return [draft, setDraft] as const;
}

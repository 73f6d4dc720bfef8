"use client";

import { useSearchParams } from "next/navigation";
import { lazy, Suspense, useCallback, useMemo } from "react";
import { Spinner } from "@/components/ui/spinner";
import { useHosted } from "@/features/chat/hosted/use-hosted";
import { Panel, type Place } from "@/features/chat/panel";
import type { HostedChat as HostedSettings } from "@/lib/environment";
import { useTimezone } from "@/lib/user";

const PARAMETER = "c";

const HostedChat = lazy(() => import("@/features/chat/hosted/hosted-chat"));

type ChatSettings = {
  hosted: HostedSettings | null;
  /** Whether the note about the built-in assistant is shown until it is dismissed. */
  hasNote: boolean;
};

/** The chat: the hosted one where it is configured and starts, or else the built-in one. */
export function Chat(settings: ChatSettings) {
  return <ChatAt {...settings} place={usePlace()} />;
}

/** The chat, with the conversation of `place`. */
export function ChatAt({ hosted, hasNote, place }: ChatSettings & { place: Place }) {
  const timezone = useTimezone();
  const { state, ready, failed } = useHosted(hosted?.scriptUrl ?? null);
  if (state === "loading") return <Starting />;
  if (!hosted || (state !== "starting" && state !== "ready")) {
    return <Panel place={place} timezone={timezone} hasNote={hasNote} />;
  }
  return (
    <div className="relative h-full" data-chat="hosted">
      {state === "starting" && <Starting />}
      <Suspense fallback={null}>
        <HostedChat
          domainKey={hosted.domainKey}
          place={place}
          timezone={timezone}
          onReady={ready}
          onFailed={failed}
        />
      </Suspense>
    </div>
  );
}

function Starting() {
  return (
    <div className="absolute inset-0 grid place-items-center text-muted" data-chat="starting">
      <Spinner label="Starting the chat" />
    </div>
  );
}

/** Return the conversation in the page's address, and a function that changes it. */
function usePlace(): Place {
  const threadId = useSearchParams().get(PARAMETER);
  const go = useCallback<Place["go"]>((id, { replace = false } = {}) => {
    const url = id ? `/chat?${new URLSearchParams({ [PARAMETER]: id })}` : "/chat";
    if (replace) window.history.replaceState(null, "", url);
    else window.history.pushState(null, "", url);
  }, []);
  return useMemo(() => ({ threadId, go }), [threadId, go]);
}

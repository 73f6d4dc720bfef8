"use client";

import { lazy, Suspense } from "react";
import { Spinner } from "@/components/ui/spinner";
import { usePlace } from "@/features/chat/address";
import { useHosted } from "@/features/chat/hosted/use-hosted";
import { Panel, type Place } from "@/features/chat/panel";
import type { HostedChat as HostedSettings } from "@/lib/environment";
import { useUser } from "@/lib/user";

const HostedChat = lazy(() => import("@/features/chat/hosted/hosted-chat"));

/** The chat: the hosted one where it is configured and comes up, or else the built-in one. */
export function Chat({ hosted }: { hosted: HostedSettings | null }) {
  return <ChatAt hosted={hosted} place={usePlace()} />;
}

/** The chat at a place. */
export function ChatAt({ hosted, place }: { hosted: HostedSettings | null; place: Place }) {
  const timezone = useUser().timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? null;
  const { state, ready, failed } = useHosted(hosted?.scriptUrl ?? null);
  if (state === "loading") return <Starting />;
  if (!hosted || (state !== "starting" && state !== "ready")) {
    return <Panel place={place} timezone={timezone} />;
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

"use client";

import { ChatKit, type UseChatKitOptions, useChatKit } from "@openai/chatkit-react";
import { useMemo } from "react";
import { useDarkness } from "@/features/chat/hosted/use-darkness";
import type { Place } from "@/features/chat/panel";
import { FIRST_PROMPTS, GREETING } from "@/features/chat/prompts";
import { OURS, OURS_HEADER } from "@/lib/bff";

/** The hosted chat element, at the same address as the built-in one. */
export default function HostedChat({
  domainKey,
  place,
  timezone,
  onReady,
  onFailed,
}: {
  domainKey: string;
  place: Place;
  timezone: string | null;
  onReady: () => void;
  onFailed: (error: Error) => void;
}) {
  const dark = useDarkness();
  const fetch = useMemo(() => fetcher(timezone), [timezone]);
  const options: UseChatKitOptions = {
    api: { url: `${window.location.origin}/bff/chatkit`, domainKey, fetch },
    theme: { colorScheme: dark ? "dark" : "light" },
    initialThread: place.threadId,
    history: { enabled: true, showDelete: true, showRename: true },
    startScreen: {
      greeting: GREETING,
      prompts: FIRST_PROMPTS.map((prompt) => ({ label: prompt, prompt })),
    },
    composer: { placeholder: "Add a task, or ask about them" },
    threadItemActions: { feedback: true, retry: true },
    onReady,
    onError: ({ error }) => onFailed(error),
    onThreadChange: ({ threadId }) => place.go(threadId, { replace: true }),
  };
  const { control } = useChatKit(options);
  return <ChatKit control={control} className="block h-full w-full" />;
}

/** Return a fetch that says that a page of ours asks, and in which time zone. */
function fetcher(timezone: string | null): typeof window.fetch {
  return (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set(OURS_HEADER, OURS);
    return window.fetch(input, { ...init, headers, body: withTimezone(init.body, timezone) });
  };
}

function withTimezone(body: BodyInit | null | undefined, timezone: string | null) {
  if (typeof body !== "string" || !timezone) return body;
  const request = JSON.parse(body);
  return JSON.stringify({ ...request, metadata: { ...request.metadata, timezone } });
}

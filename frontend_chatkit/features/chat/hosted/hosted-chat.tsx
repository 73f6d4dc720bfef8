"use client";

import { ChatKit, type UseChatKitOptions, useChatKit } from "@openai/chatkit-react";
import { useMemo, useSyncExternalStore } from "react";
import { SEND_ACTION } from "@/features/chat/items/suggestions";
import type { Place } from "@/features/chat/panel";
import { FIRST_PROMPTS, GREETING } from "@/features/chat/welcome";
import { APP_HEADER, APP_NAME } from "@/lib/bff";

const SYSTEM_DARK = "(prefers-color-scheme: dark)";

/** The hosted chat element, which uses the same addresses as the built-in chat. */
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
  const dark = useDarkTheme();
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
    widgets: { onAction: async ({ type, payload }) => sendSuggestion(type, payload) },
    threadItemActions: { feedback: true, retry: true },
    onReady,
    onError: ({ error }) => onFailed(error),
    onThreadChange: ({ threadId }) => place.go(threadId, { replace: true }),
  };
  const { control, sendUserMessage } = useChatKit(options);
  const sendSuggestion = async (type: string, payload?: Record<string, unknown>) => {
    if (type === SEND_ACTION) await sendUserMessage({ text: String(payload?.text) });
  };
  return <ChatKit control={control} className="block h-full w-full" />;
}

/** Return a fetch that adds the header of this app and the time zone. */
function fetcher(timezone: string | null): typeof window.fetch {
  return (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set(APP_HEADER, APP_NAME);
    return window.fetch(input, { ...init, headers, body: withTimezone(init.body, timezone) });
  };
}

function withTimezone(body: BodyInit | null | undefined, timezone: string | null) {
  if (typeof body !== "string" || !timezone) return body;
  const request = JSON.parse(body);
  return JSON.stringify({ ...request, metadata: { ...request.metadata, timezone } });
}

/** Return whether the page is dark, by its theme or the system. */
function useDarkTheme(): boolean {
  return useSyncExternalStore(subscribe, isDark, () => false);
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === "dark" || (theme !== "light" && window.matchMedia(SYSTEM_DARK).matches);
}

function subscribe(onChange: () => void): () => void {
  const switched = new MutationObserver(onChange);
  switched.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = window.matchMedia(SYSTEM_DARK);
  system.addEventListener("change", onChange);
  return () => {
    switched.disconnect();
    system.removeEventListener("change", onChange);
  };
}

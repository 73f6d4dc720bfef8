"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import type { Place } from "@/features/chat/panel";

const NAME = "c";

/** Return which conversation the page's address names, and how to go to another. */
export function usePlace(): Place {
  const threadId = useSearchParams().get(NAME);
  const go = useCallback<Place["go"]>((id, { replace = false } = {}) => {
    const url = id ? `/chat?${new URLSearchParams({ [NAME]: id })}` : "/chat";
    if (replace) window.history.replaceState(null, "", url);
    else window.history.pushState(null, "", url);
  }, []);
  return useMemo(() => ({ threadId, go }), [threadId, go]);
}

"use client";

import { useEffect, useRef, useState } from "react";
import { exchanges } from "@/features/chat/conversation/items";
import { type Conversation, isBusy } from "@/features/chat/conversation/reducer";
import { textOf } from "@/features/chat/protocol/types";

/** Tells screen readers each reply when it is whole, and not letter by letter. */
export function Announcer({ state }: { state: Conversation }) {
  const [words, setWords] = useState("");
  const busy = isBusy(state);
  const before = useRef(busy);
  useEffect(() => {
    if (busy && !before.current) setWords("");
    if (!busy && before.current) setWords(lastReply(state));
    before.current = busy;
  }, [busy, state]);
  return (
    <div aria-live="polite" className="sr-only">
      {words}
    </div>
  );
}

function lastReply({ items }: Conversation): string {
  const message = exchanges(items)
    .at(-1)
    ?.reply.find((item) => item.type === "assistant_message");
  return message?.type === "assistant_message" ? plain(textOf(message)) : "";
}

/** Return text without the signs of Markdown that would be read out. */
function plain(text: string): string {
  return text.replace(/[*_`#>|]+/g, " ").replace(/\s+/g, " ");
}

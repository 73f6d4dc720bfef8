"use client";

import { useEffect, useRef, useState } from "react";
import { exchanges } from "@/features/chat/conversation/items";
import { type Conversation, isBusy } from "@/features/chat/conversation/reducer";
import { textOf } from "@/features/chat/protocol/types";

/** Announces each reply to screen readers once it is complete. */
export function Announcer({ state }: { state: Conversation }) {
  const [text, setText] = useState("");
  const busy = isBusy(state);
  const before = useRef(busy);
  useEffect(() => {
    if (busy && !before.current) setText("");
    if (!busy && before.current) setText(lastReply(state));
    before.current = busy;
  }, [busy, state]);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}

function lastReply({ items }: Conversation): string {
  const message = exchanges(items)
    .at(-1)
    ?.reply.find((item) => item.type === "assistant_message");
  return message?.type === "assistant_message" ? plain(textOf(message)) : "";
}

/** Remove Markdown characters, which screen readers would read out. */
function plain(text: string): string {
  return text.replace(/[*_`#>|]+/g, " ").replace(/\s+/g, " ");
}

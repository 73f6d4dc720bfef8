"use client";

import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { exchanges } from "@/features/chat/conversation/items";
import { type Conversation, isBusy } from "@/features/chat/conversation/reducer";
import { ArrowDownIcon } from "@/features/chat/icons";
import { Exchange } from "@/features/chat/items/exchange";
import type { Press } from "@/features/chat/items/pending-row";
import type { Rate } from "@/features/chat/items/reply-actions";
import { useStickToEnd } from "@/features/chat/use-stick-to-end";

/** The messages. It stays scrolled to the end while a reply grows, unless the user scrolled up. */
export function Log({
  state,
  onPress,
  onSend,
  onRate,
  onRetry,
  onEarlier,
}: {
  state: Conversation;
  onPress: Press;
  onSend: (text: string) => void;
  onRate: Rate;
  onRetry: () => void;
  onEarlier: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { away, toEnd } = useStickToEnd(box, content, state.items[0]?.id ?? null);
  const { pending } = state;
  useEffect(() => {
    if (pending) toEnd();
  }, [pending, toEnd]);
  const busy = isBusy(state);
  const shown = exchanges(state.items);
  return (
    <div className="relative min-h-0 flex-1">
      {/* Positioned, so that it also scrolls what is absolute, such as headings for screen readers. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users scroll it */}
      <div ref={box} tabIndex={0} className="relative h-full overflow-y-auto overscroll-contain">
        <div
          ref={content}
          role="log"
          aria-label="Conversation"
          aria-live="off"
          aria-busy={busy}
          className="mx-auto flex max-w-3xl flex-col gap-8 px-4 py-6"
        >
          {state.earlier && (
            <Button look="ghost" size="small" className="self-center" onClick={onEarlier}>
              Show earlier messages
            </Button>
          )}
          {shown.map((exchange, index) => {
            const last = index === shown.length - 1;
            return (
              <Exchange
                key={exchange.id === "pending" ? state.items.length : exchange.id}
                exchange={exchange}
                feedback={state.feedback}
                busy={last && busy}
                onPress={onPress}
                onRate={onRate}
                onSend={last ? onSend : null}
                onRetry={last && exchange.userMessage ? onRetry : null}
              />
            );
          })}
          {busy && <Waiting state={state} />}
        </div>
      </div>
      {away && <ToEnd onClick={toEnd} />}
    </div>
  );
}

/** The progress of a reply; its height stays the same while the text grows above it. */
function Waiting({ state }: { state: Conversation }) {
  const { phase, progress } = state;
  const label = {
    reconnecting: "Reconnecting…",
    stopping: "Stopping…",
    waiting: "Thinking…",
  }[phase as string];
  return (
    <p className="-mt-4 flex h-6 items-center gap-2 text-sm text-muted">
      <Spinner label={null} />
      {progress ?? label ?? "Writing…"}
    </p>
  );
}

function ToEnd({ onClick }: { onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label="Go to the latest message"
      className="absolute bottom-3 left-1/2 grid size-9 -translate-x-1/2 place-items-center rounded-full border border-line bg-surface shadow-float hover:bg-raised"
      onClick={onClick}
    >
      <ArrowDownIcon />
    </button>
  );
}

"use client";

import { type ReactNode, useState } from "react";
import { CheckIcon, CopyIcon } from "@/components/ui/icons";
import { useToast } from "@/components/ui/toast";
import { RetryIcon, ThumbDownIcon, ThumbUpIcon } from "@/features/chat/icons";
import type { Feedback } from "@/features/chat/protocol/types";
import { errorMessage } from "@/lib/bff";
import { classes } from "@/lib/classes";

export type Rate = (itemIds: string[], kind: Feedback) => Promise<void>;

/** The actions on a reply: copy and rate it, and retry the last one. */
export function ReplyActions({
  text,
  itemIds,
  rating,
  onRate,
  onRetry,
}: {
  text: string;
  itemIds: string[];
  /** The rating that the server has stored. */
  rating: Feedback | null;
  onRate: Rate;
  onRetry: (() => void) | null;
}) {
  const [shown, rate] = useRating(itemIds, rating, onRate);
  return (
    <div className="-ml-2 flex">
      <Copy text={text} />
      <Action label="Good reply" pressed={shown === "positive"} onClick={() => rate("positive")}>
        <ThumbUpIcon />
      </Action>
      <Action label="Bad reply" pressed={shown === "negative"} onClick={() => rate("negative")}>
        <ThumbDownIcon />
      </Action>
      {onRetry && (
        <Action label="Try again" onClick={onRetry}>
          <RetryIcon />
        </Action>
      )}
    </div>
  );
}

function Action({
  label,
  pressed,
  onClick,
  children,
}: {
  label: string;
  pressed?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      className={classes(
        "grid size-8 place-items-center rounded-lg",
        pressed ? "bg-accent-soft text-accent" : "text-muted hover:bg-raised hover:text-text",
      )}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

function Copy({ text }: { text: string }) {
  const toast = useToast();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      toast("The browser did not allow copying.", { tone: "danger" });
    }
  };
  return (
    <Action label={copied ? "Copied" : "Copy"} onClick={() => void copy()}>
      <span className="scale-80">{copied ? <CheckIcon /> : <CopyIcon />}</span>
    </Action>
  );
}

function useRating(itemIds: string[], rating: Feedback | null, onRate: Rate) {
  const toast = useToast();
  const [sending, setSending] = useState<Feedback | null>(null);
  const rate = async (kind: Feedback) => {
    setSending(kind);
    try {
      await onRate(itemIds, kind);
    } catch (error) {
      toast(errorMessage(error), { tone: "danger" });
    }
    setSending(null);
  };
  return [sending ?? rating, (kind: Feedback) => void rate(kind)] as const;
}

"use client";

import type { KeyboardEvent, RefObject } from "react";
import { SendIcon, StopIcon } from "@/features/chat/icons";
import { classes } from "@/lib/classes";
import { useTypedEarly } from "@/lib/typed-early";

const MAX_LENGTH = 4000;
const WARNING_LENGTH = 3600;

/** The message field: Enter sends, Shift+Enter starts a new line. */
export function Composer({
  input,
  draft,
  busy,
  stopping,
  onDraft,
  onSend,
  onStop,
}: {
  input: RefObject<HTMLTextAreaElement | null>;
  draft: string;
  busy: boolean;
  stopping: boolean;
  onDraft: (draft: string) => void;
  onSend: (text: string) => void;
  onStop: () => void;
}) {
  useTypedEarly(input, onDraft);
  const text = draft.trim();
  const tooLong = text.length > MAX_LENGTH;
  const send = () => {
    if (text && !tooLong && !busy) onSend(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also confirms the text of an input method.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="mx-auto w-full max-w-3xl px-4 pb-4"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="flex items-end gap-2 rounded-2xl border border-line-strong bg-surface p-2 focus-within:border-accent focus-within:outline-1 focus-within:outline-accent">
        <Growing draft={draft}>
          <textarea
            ref={input}
            // In the page as the server sends it: the browser focuses it before any script runs.
            // biome-ignore lint/a11y/noAutofocus: writing is what people open this page for
            autoFocus={typeof window === "undefined"}
            rows={1}
            value={draft}
            enterKeyHint="send"
            aria-label="Message"
            aria-describedby="composer-hint"
            aria-invalid={tooLong || undefined}
            placeholder="Add a task, or ask about them"
            className="resize-none overflow-hidden bg-transparent px-2 py-1.5 outline-none [grid-area:1/1] [overflow-wrap:anywhere] placeholder:text-muted"
            onChange={(event) => onDraft(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </Growing>
        {busy ? (
          <RoundButton label="Stop" disabled={stopping} onClick={onStop}>
            <StopIcon />
          </RoundButton>
        ) : (
          <RoundButton label="Send" disabled={!text || tooLong} submits>
            <SendIcon />
          </RoundButton>
        )}
      </div>
      <p
        id="composer-hint"
        className={classes(
          "px-2 pt-1 text-xs",
          tooLong ? "text-danger" : "text-muted",
          text.length <= WARNING_LENGTH && "pointer-coarse:hidden",
        )}
      >
        {hint(text.length, busy)}
      </p>
    </form>
  );
}

function hint(length: number, busy: boolean): string {
  if (length > WARNING_LENGTH) return `${length} of ${MAX_LENGTH} characters`;
  return busy ? "Escape stops the reply." : "Enter sends, Shift+Enter starts a new line.";
}

/** As high as the text: a hidden copy of it determines the height. */
function Growing({ draft, children }: { draft: string; children: React.ReactNode }) {
  return (
    <div className="grid max-h-48 min-w-0 flex-1 overflow-y-auto">
      {children}
      <div
        aria-hidden="true"
        className="invisible px-2 py-1.5 whitespace-pre-wrap [grid-area:1/1] [overflow-wrap:anywhere]"
      >
        {`${draft} `}
      </div>
    </div>
  );
}

function RoundButton({
  label,
  submits = false,
  disabled,
  onClick,
  children,
}: {
  label: string;
  submits?: boolean;
  disabled: boolean;
  onClick?: () => void;
  children: React.ReactNode;
}) {
  return (
    <button
      // A new element, so that a click on Send can never reach Stop.
      key={label}
      type={submits ? "submit" : "button"}
      aria-label={label}
      title={label}
      aria-disabled={disabled || undefined}
      className={classes(
        "grid size-9 shrink-0 place-items-center rounded-full",
        disabled ? "bg-raised text-muted" : "bg-accent text-on-accent hover:bg-accent-strong",
      )}
      onClick={disabled ? undefined : onClick}
    >
      {children}
    </button>
  );
}

"use client";

import Link from "next/link";
import { Button, buttonClasses } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import type { Conversation, ConversationError } from "@/features/chat/conversation/reducer";

export type Remedies = { onRetry: () => void; onSend: (text: string) => void; onLoad: () => void };

/** The error or notice of the conversation, with a button for its remedy. */
export function ErrorBar({ state, ...remedies }: { state: Conversation } & Remedies) {
  const { error, notice, unsent } = state;
  if (error) {
    return (
      <Framed>
        <Notice tone="danger">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <span>{error.message}</span>
            <Remedy error={error} unsent={unsent} {...remedies} />
          </div>
        </Notice>
      </Framed>
    );
  }
  if (!notice || notice.level === "info") return null;
  return (
    <Framed>
      <Notice tone={notice.level === "danger" ? "danger" : "warn"}>{notice.message}</Notice>
    </Framed>
  );
}

function Framed({ children }: { children: React.ReactNode }) {
  return <div className="mx-auto w-full max-w-3xl px-4 pb-3">{children}</div>;
}

function Remedy({
  error: { remedy },
  unsent,
  onRetry,
  onSend,
  onLoad,
}: { error: ConversationError; unsent: string | null } & Remedies) {
  if (remedy === "sign-in") {
    return (
      <Link href="/login" className={buttonClasses({ size: "small" })}>
        Sign in
      </Link>
    );
  }
  const run = {
    retry: onRetry,
    send: unsent ? () => onSend(unsent) : null,
    load: onLoad,
    none: null,
  }[remedy ?? "none"];
  return run ? (
    <Button size="small" onClick={run}>
      Try again
    </Button>
  ) : null;
}

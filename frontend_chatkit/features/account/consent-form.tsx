"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { AccountError, consent } from "@/lib/account";
import { sentence } from "@/lib/bff";

const STALE = "This request can’t be answered any more. Start again from the assistant.";

/** The two answers to an assistant that asks for access. */
export function ConsentForm() {
  const [answering, setAnswering] = useState<"yes" | "no" | null>(null);
  const [error, setError] = useState<string | null>(null);

  const answer = async (accept: boolean) => {
    setAnswering(accept ? "yes" : "no");
    setError(null);
    try {
      window.location.assign(await consent(accept));
    } catch (caught) {
      setError(caught instanceof AccountError ? STALE : sentence(caught));
      setAnswering(null);
    }
  };

  return (
    <div className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <div className="flex gap-3">
        <Button className="flex-1" busy={answering === "no"} onClick={() => answer(false)}>
          Don’t allow
        </Button>
        <Button
          look="primary"
          className="flex-1"
          busy={answering === "yes"}
          onClick={() => answer(true)}
        >
          Allow
        </Button>
      </div>
    </div>
  );
}

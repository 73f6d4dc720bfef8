"use client";

import { useState } from "react";
import { Button, buttonClasses } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { AccountError, consent } from "@/lib/account";
import { sentence } from "@/lib/bff";

const STALE = "This request can’t be answered any more. Start again from the assistant.";

/** The two answers to an assistant that asks for access. */
export function ConsentForm() {
  const [answering, setAnswering] = useState<"yes" | "no" | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [app, setApp] = useState<string | null>(null);

  const answer = async (accept: boolean) => {
    setAnswering(accept ? "yes" : "no");
    setError(null);
    try {
      const address = await consent(accept);
      window.location.assign(address);
      // An app takes over without taking this page away.
      if (!/^https?:/.test(address)) setApp(address);
    } catch (caught) {
      setError(caught instanceof AccountError ? STALE : sentence(caught));
      setAnswering(null);
    }
  };

  if (app) return <GoOn address={app} />;
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

function GoOn({ address }: { address: string }) {
  return (
    <div className="flex flex-col gap-4">
      <output>You go on in the app: this page can be closed.</output>
      <a href={address} className={buttonClasses()}>
        Open the app again
      </a>
    </div>
  );
}

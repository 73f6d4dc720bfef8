"use client";

import { useState } from "react";
import { Button, buttonClasses } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { AccountError, consent } from "@/lib/account";
import { errorMessage } from "@/lib/bff";

const EXPIRED = "This request has expired. Start again from the assistant.";

/** The buttons that allow or deny an assistant's access. */
export function ConsentForm() {
  const [sending, setSending] = useState<"allow" | "deny" | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [app, setApp] = useState<string | null>(null);

  const submit = async (accept: boolean) => {
    setSending(accept ? "allow" : "deny");
    setError(null);
    try {
      const address = await consent(accept);
      window.location.assign(address);
      // The address of an app opens that app, and this page stays.
      if (!/^https?:/.test(address)) setApp(address);
    } catch (caught) {
      setError(caught instanceof AccountError ? EXPIRED : errorMessage(caught));
      setSending(null);
    }
  };

  if (app) return <ReturnToApp address={app} />;
  return (
    <div className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <div className="flex gap-3">
        <Button className="flex-1" busy={sending === "deny"} onClick={() => submit(false)}>
          Don’t allow
        </Button>
        <Button
          look="primary"
          className="flex-1"
          busy={sending === "allow"}
          onClick={() => submit(true)}
        >
          Allow
        </Button>
      </div>
    </div>
  );
}

function ReturnToApp({ address }: { address: string }) {
  return (
    <div className="flex flex-col gap-4">
      <output>Continue in the app. You can close this page.</output>
      <a href={address} className={buttonClasses()}>
        Open the app again
      </a>
    </div>
  );
}

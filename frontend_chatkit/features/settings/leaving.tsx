"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { text } from "@/features/account/use-submit";
import { Section } from "@/features/settings/section";
import { AccountError, eraseAccount } from "@/lib/account";
import { sentence } from "@/lib/bff";

/** The way out for good. */
export function Leaving() {
  const [asking, setAsking] = useState(false);
  return (
    <Section title="Delete account" about="Your account and all that is kept of you, for good.">
      <Button look="danger" onClick={() => setAsking(true)}>
        Delete account
      </Button>
      <Dialog title="Delete your account?" open={asking} onClose={() => setAsking(false)}>
        <Question onClose={() => setAsking(false)} />
      </Dialog>
    </Section>
  );
}

function Question({ onClose }: { onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await eraseAccount(text(new FormData(event.currentTarget), "password"));
      // A whole new page: nothing of this person stays in memory.
      window.location.assign("/signup");
    } catch (caught) {
      setError(caught instanceof AccountError ? caught.message : sentence(caught));
      setBusy(false);
    }
  };

  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      <p>
        All your tasks, conversations, access tokens and settings are deleted now. Nobody can bring
        them back. Assistants lose their access within ten minutes.
      </p>
      <Field
        label="Your password"
        name="password"
        type="password"
        autoComplete="current-password"
        error={error}
        required
      />
      <div className="flex justify-end gap-3">
        <Button onClick={onClose}>Keep it</Button>
        <Button type="submit" look="danger" busy={busy}>
          Delete everything
        </Button>
      </div>
    </form>
  );
}

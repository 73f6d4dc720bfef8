"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { text, useSubmit } from "@/features/account/use-submit";
import { Section } from "@/features/settings/section";
import { eraseAccount } from "@/lib/account";

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
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    await eraseAccount(text(form, "password"));
    return "/signup";
  });

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

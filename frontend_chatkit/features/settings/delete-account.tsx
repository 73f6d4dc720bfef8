"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { textOf, useSubmit } from "@/features/account/use-submit";
import { Section } from "@/features/settings/section";
import { eraseAccount } from "@/lib/account";

/** Deletes the user's account after confirming for the password. */
export function DeleteAccount() {
  const [confirming, setConfirming] = useState(false);
  return (
    <Section title="Delete account" about="Deletes your account and all of your data, permanently.">
      <Button look="danger" onClick={() => setConfirming(true)}>
        Delete account
      </Button>
      <Dialog title="Delete your account?" open={confirming} onClose={() => setConfirming(false)}>
        <ConfirmForm onClose={() => setConfirming(false)} />
      </Dialog>
    </Section>
  );
}

function ConfirmForm({ onClose }: { onClose: () => void }) {
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    await eraseAccount(textOf(form, "password"));
    return "/signup";
  });

  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      <p>
        All your tasks, conversations, access tokens and settings are deleted immediately and can’t
        be restored. Assistants lose their access at once.
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

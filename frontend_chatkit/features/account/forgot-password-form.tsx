"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { textOf, useSubmit } from "@/features/account/use-submit";
import { requestPasswordReset } from "@/lib/account";

/** Requests a message with a link to a new password. */
export function ForgotPasswordForm() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    const email = textOf(form, "email").trim();
    await requestPasswordReset(email);
    setSentTo(email);
    return null;
  });

  if (sentTo) return <Requested email={sentTo} onRepeat={() => setSentTo(null)} />;
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <p className="text-muted">
        Enter the e-mail of your account. You get a message with a link to a new password.
      </p>
      <Field label="E-mail" name="email" type="email" autoComplete="email" required />
      <Button type="submit" look="primary" busy={busy} className="mt-2">
        Send the link
      </Button>
    </form>
  );
}

function Requested({ email, onRepeat }: { email: string; onRepeat: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <output className="wrap-anywhere">
        If there is an account for <strong className="font-semibold">{email}</strong>, a message
        with a link is on its way. The link works once, within an hour.
      </output>
      <p className="text-sm text-muted">
        Nothing there after a few minutes? Look into the spam folder, check the address, or ask
        whoever runs this Todochat.
      </p>
      <Button onClick={onRepeat}>Try again</Button>
    </div>
  );
}

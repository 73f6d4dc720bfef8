"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { AccountLink } from "@/features/account/account-link";
import { NewPasswordField } from "@/features/account/new-password-field";
import { textOf, useSubmit } from "@/features/account/use-submit";
import { signIn, signUp } from "@/lib/account";

/** Signs in with e-mail and password. */
export function LoginForm() {
  const { busy, error, onSubmit } = useSubmit((form) =>
    signIn(textOf(form, "email").trim(), textOf(form, "password")),
  );
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <Field label="E-mail" name="email" type="email" autoComplete="email" required />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      <p className="text-right text-sm">
        <AccountLink href="/forgot-password" label="Forgot your password?" />
      </p>
      <Button type="submit" look="primary" busy={busy}>
        Sign in
      </Button>
      <OtherFormLink question="New here?" href="/signup" label="Sign up" />
    </form>
  );
}

/** Creates an account with name, e-mail and password. */
export function SignupForm() {
  const [mailedTo, setMailedTo] = useState<string | null>(null);
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    const email = textOf(form, "email").trim();
    const next = await signUp(textOf(form, "name").trim(), email, textOf(form, "password"));
    if (next === null) setMailedTo(email);
    return next;
  });

  if (mailedTo) return <Mailed email={mailedTo} onRepeat={() => setMailedTo(null)} />;
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <Field label="Name" name="name" autoComplete="name" maxLength={100} required />
      <Field label="E-mail" name="email" type="email" autoComplete="email" required />
      <NewPasswordField label="Password" name="password" />
      <Button type="submit" look="primary" busy={busy} className="mt-2">
        Sign up
      </Button>
      <OtherFormLink question="Already have an account?" href="/login" label="Sign in" />
    </form>
  );
}

function Mailed({ email, onRepeat }: { email: string; onRepeat: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <output className="wrap-anywhere">
        A message is on its way to <strong className="font-semibold">{email}</strong>. Open the link
        in it, within an hour, to go on.
      </output>
      <p className="text-sm text-muted">
        Nothing there after a few minutes? Look into the spam folder, check the address, or ask
        whoever runs this Todochat.
      </p>
      <Button onClick={onRepeat}>Try again</Button>
    </div>
  );
}

function OtherFormLink({ question, href, label }: Record<"question" | "href" | "label", string>) {
  return (
    <p className="text-center text-sm text-muted">
      {question} <AccountLink href={href} label={label} />
    </p>
  );
}

"use client";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { textOf, useSubmit } from "@/features/account/use-submit";
import { nextPath, post } from "@/lib/account";

/** Confirms an address by the link that this page was opened with, and signs in. */
export function ConfirmAddressForm() {
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    const token = window.location.hash.slice(1);
    await post("/confirm-address", { token, password: textOf(form, "password") });
    return nextPath(window.location.search);
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <p className="text-muted">
        Enter the password that you chose, so that nobody but you can use this address.
      </p>
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      <Button type="submit" look="primary" busy={busy}>
        Confirm and sign in
      </Button>
      <p className="text-center text-sm text-muted">
        The link has expired? <PlainLink href="/login" label="Sign in for a new one" />
      </p>
      <p className="text-center text-sm text-muted">
        You don’t know the password? <PlainLink href="/forgot-password" label="Choose a new one" />
      </p>
    </form>
  );
}

function PlainLink({ href, label }: Record<"href" | "label", string>) {
  return (
    <a
      href={href}
      className="rounded font-medium text-accent underline underline-offset-4 hover:text-accent-strong"
    >
      {label}
    </a>
  );
}

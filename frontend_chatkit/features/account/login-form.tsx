"use client";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { OtherWay } from "@/features/account/other-way";
import { text, useSubmit } from "@/features/account/use-submit";
import { signIn } from "@/lib/account";

/** Signing in with e-mail and password. */
export function LoginForm() {
  const { busy, error, onSubmit } = useSubmit((form) =>
    signIn(text(form, "email").trim(), text(form, "password")),
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
      <Button type="submit" look="primary" busy={busy} className="mt-2">
        Sign in
      </Button>
      <OtherWay question="New here?" href="/signup" label="Sign up" />
    </form>
  );
}

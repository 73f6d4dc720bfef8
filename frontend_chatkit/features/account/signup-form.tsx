"use client";

import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { NewPasswordField } from "@/features/account/new-password-field";
import { OtherWay } from "@/features/account/other-way";
import { text, useSubmit } from "@/features/account/use-submit";
import { signUp } from "@/lib/account";

/** Making an account with name, e-mail and password. */
export function SignupForm() {
  const { busy, error, onSubmit } = useSubmit((form) =>
    signUp(text(form, "name").trim(), text(form, "email").trim(), text(form, "password")),
  );
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <Field label="Name" name="name" autoComplete="name" maxLength={100} required />
      <Field label="E-mail" name="email" type="email" autoComplete="email" required />
      <NewPasswordField label="Password" name="password" />
      <Button type="submit" look="primary" busy={busy} className="mt-2">
        Sign up
      </Button>
      <OtherWay question="You have an account?" href="/login" label="Sign in" />
    </form>
  );
}

"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { useToast } from "@/components/ui/toast";
import { NewPasswordField } from "@/features/account/new-password-field";
import { text } from "@/features/account/use-submit";
import { Section } from "@/features/settings/section";
import { AccountError, changePassword } from "@/lib/account";
import { sentence } from "@/lib/bff";
import { useUser } from "@/lib/user";

/** Another password for the same account. */
export function Password() {
  const user = useUser();
  const toast = useToast();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    setBusy(true);
    setError(null);
    try {
      await changePassword(text(form, "current"), text(form, "new"));
      element.reset();
      toast("Your password is changed.");
    } catch (caught) {
      setError(caught instanceof AccountError ? caught.message : sentence(caught));
    }
    setBusy(false);
  };

  return (
    <Section
      title="Password"
      about="A new one signs you out everywhere else. Connected assistants and access tokens stay."
    >
      <form method="post" onSubmit={onSubmit} className="flex max-w-md flex-col items-start gap-4">
        {error && <Notice tone="danger">{error}</Notice>}
        <div className="flex w-full flex-col gap-4">
          {/* For password managers, which keep a password by its account. */}
          <input type="hidden" autoComplete="username" value={user.email} readOnly />
          <Field
            label="Current password"
            name="current"
            type="password"
            autoComplete="current-password"
            required
          />
          <NewPasswordField label="New password" name="new" />
        </div>
        <Button type="submit" busy={busy}>
          Change password
        </Button>
      </form>
    </Section>
  );
}

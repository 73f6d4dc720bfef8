"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { useToast } from "@/components/ui/toast";
import { NewPasswordField } from "@/features/account/new-password-field";
import { textOf, useSubmit } from "@/features/account/use-submit";
import { Section } from "@/features/settings/section";
import { AccountError, changePassword, signOutEverywhere } from "@/lib/account";
import { errorMessage } from "@/lib/bff";
import { useUser } from "@/lib/user";

const REVOKED = "Your password is changed, and everything else is revoked.";

/** Changes the user's password. */
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
      await changePassword(textOf(form, "current"), textOf(form, "new"));
      const everything = form.has("everything");
      if (everything) await signOutEverywhere(true);
      element.reset();
      toast(everything ? REVOKED : "Your password is changed.");
    } catch (caught) {
      setError(caught instanceof AccountError ? caught.message : errorMessage(caught));
    }
    setBusy(false);
  };

  return (
    <Section
      title="Password"
      about="Changing it signs you out on all other devices. Assistants and access tokens stay connected, unless you end them too."
    >
      <form method="post" onSubmit={onSubmit} className="flex max-w-md flex-col items-start gap-4">
        {error && <Notice tone="danger">{error}</Notice>}
        <div className="flex w-full flex-col gap-4">
          {/* For password managers, which store a password with its account. */}
          <input type="hidden" autoComplete="username" value={user.email} readOnly />
          <Field
            label="Current password"
            name="current"
            type="password"
            autoComplete="current-password"
            required
          />
          <NewPasswordField label="New password" name="new" />
          <label className="flex items-center gap-3">
            <input type="checkbox" name="everything" className="size-5 accent-accent" />
            Also disconnect assistants, and revoke access tokens and the calendar feed
          </label>
        </div>
        <Button type="submit" busy={busy}>
          Change password
        </Button>
      </form>
      <SignOutElsewhere />
    </Section>
  );
}

/** Ends all other sessions, with the password as it is. */
function SignOutElsewhere() {
  const toast = useToast();
  const { busy, error, onSubmit } = useSubmit(async () => {
    await signOutEverywhere(false);
    toast("You are signed out everywhere else.");
    return null;
  });
  return (
    <form method="post" onSubmit={onSubmit} className="mt-4 flex flex-col items-start gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <Button type="submit" busy={busy}>
        Sign out everywhere else
      </Button>
    </form>
  );
}

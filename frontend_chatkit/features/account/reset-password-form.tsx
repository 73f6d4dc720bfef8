"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import { Button, buttonClasses } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Spinner } from "@/components/ui/spinner";
import { NewPasswordField } from "@/features/account/new-password-field";
import { textOf, useSubmit } from "@/features/account/use-submit";
import { AccountError, checkResetLink, resetPassword } from "@/lib/account";

type Link =
  | { state: "checking" | "invalid" | "used" }
  // Without an e-mail where the check did not get through: saving says what is wrong.
  | { state: "valid"; email: string | null };

/** Sets a new password by the link that this page was opened with. */
export function ResetPasswordForm() {
  const token = useFragment();
  const [link, setLink] = useState<Link>({ state: "checking" });

  useEffect(() => {
    if (token === null) return;
    let current = true;
    void check(token).then((checked) => current && setLink(checked));
    return () => {
      current = false;
    };
  }, [token]);

  switch (link.state) {
    case "checking":
      return <Spinner label="Checking the link" />;
    case "invalid":
      return <Invalid />;
    case "used":
      return <Changed />;
    case "valid":
      return <Form token={token ?? ""} email={link.email} onEnd={(state) => setLink({ state })} />;
  }
}

type FormProps = {
  token: string;
  email: string | null;
  onEnd: (state: "invalid" | "used") => void;
};

function Form({ token, email, onEnd }: FormProps) {
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    try {
      await resetPassword(token, textOf(form, "password"));
    } catch (caught) {
      if (!isInvalid(caught)) throw caught;
      onEnd("invalid");
      return null;
    }
    onEnd("used");
    return null;
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      {email && (
        <p className="wrap-anywhere text-muted">
          For the account of {email}. Saving it signs you out on all devices.
        </p>
      )}
      {/* For password managers, which store a password with its account. */}
      <input type="hidden" autoComplete="username" value={email ?? ""} readOnly />
      <NewPasswordField label="New password" name="password" />
      <Button type="submit" look="primary" busy={busy} className="mt-2">
        Save the password
      </Button>
    </form>
  );
}

function Invalid() {
  return (
    <div className="flex flex-col gap-4">
      <Notice tone="danger">
        This link has expired or was used before. It works once, within an hour.
      </Notice>
      <a href="/forgot-password" className={buttonClasses({ look: "primary" })}>
        Get a new link
      </a>
    </div>
  );
}

function Changed() {
  return (
    <div className="flex flex-col gap-4">
      <output>Your password is changed, and you are signed out on all devices.</output>
      <a href="/login" className={buttonClasses({ look: "primary" })}>
        Sign in
      </a>
    </div>
  );
}

async function check(token: string): Promise<Link> {
  try {
    return { state: "valid", email: await checkResetLink(token) };
  } catch (caught) {
    return isInvalid(caught) ? { state: "invalid" } : { state: "valid", email: null };
  }
}

function isInvalid(caught: unknown): boolean {
  return caught instanceof AccountError && caught.code === "INVALID_TOKEN";
}

/** Return the fragment of the address without its `#`, or null while the page is not in a browser. */
function useFragment(): string | null {
  return useSyncExternalStore(
    onFragment,
    () => window.location.hash.slice(1),
    () => null,
  );
}

function onFragment(notify: () => void): () => void {
  window.addEventListener("hashchange", notify);
  return () => window.removeEventListener("hashchange", notify);
}

"use client";

import { type ReactNode, useCallback, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { textOf, useSubmit } from "@/features/account/use-submit";
import { confirmPassword } from "@/lib/account";
import { BffError } from "@/lib/bff";

const REQUIRED = "recent_login_required";

type Waiting = { resume: () => void; cancel: () => void };

/**
 * Runs work that the API refuses to a user who has not logged in lately: it then asks for the password in
 * `dialog`, and runs the work again.
 */
export function useRecentLogin(): {
  withRecentLogin: <T>(work: () => Promise<T>) => Promise<T>;
  dialog: ReactNode;
} {
  const [waiting, setWaiting] = useState<Waiting | null>(null);

  const withRecentLogin = useCallback(async <T,>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BffError && error.code === REQUIRED)) throw error;
      await new Promise<void>((resume, reject) =>
        setWaiting({ resume, cancel: () => reject(error) }),
      );
      return await work();
    }
  }, []);

  const close = (settle: (waiting: Waiting) => void) => {
    if (waiting) settle(waiting);
    setWaiting(null);
  };
  const dialog = (
    <Dialog
      title="Confirm that it is you"
      open={waiting !== null}
      onClose={() => close((one) => one.cancel())}
    >
      <ConfirmForm onConfirmed={() => close((one) => one.resume())} />
    </Dialog>
  );
  return { withRecentLogin, dialog };
}

function ConfirmForm({ onConfirmed }: { onConfirmed: () => void }) {
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    await confirmPassword(textOf(form, "password"));
    onConfirmed();
    return null;
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      <p>You signed in a while ago. Enter your password to go on.</p>
      <Field
        label="Your password"
        name="password"
        type="password"
        autoComplete="current-password"
        error={error}
        required
      />
      <Button type="submit" look="primary" busy={busy} className="self-end">
        Go on
      </Button>
    </form>
  );
}

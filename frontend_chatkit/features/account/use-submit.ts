"use client";

import { type FormEvent, useState } from "react";
import { AccountError } from "@/lib/account";
import { errorMessage } from "@/lib/bff";

/**
 * Submit a form by `run`, which returns the next address, or null to stay; gives the state and the error
 * message.
 */
export function useSubmit(run: (form: FormData) => Promise<string | null>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const next = await run(new FormData(event.currentTarget));
      // A full page load, since the whole page depends on who is signed in.
      if (next !== null) return window.location.assign(next);
    } catch (caught) {
      setError(caught instanceof AccountError ? caught.message : errorMessage(caught));
    }
    setBusy(false);
  };

  return { busy, error, onSubmit };
}

/** Return the text of a field of a form. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

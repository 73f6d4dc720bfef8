"use client";

import { type FormEvent, useState } from "react";
import { AccountError } from "@/lib/account";
import { sentence } from "@/lib/bff";

/** Run a form: whether it is under way, and what to tell if it failed. */
export function useSubmit(run: (form: FormData) => Promise<string>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      // A whole new page, since everything on it depends on who is signed in.
      window.location.assign(await run(new FormData(event.currentTarget)));
    } catch (caught) {
      setError(caught instanceof AccountError ? caught.message : sentence(caught));
      setBusy(false);
    }
  };

  return { busy, error, onSubmit };
}

/** Return a text field of a form. */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

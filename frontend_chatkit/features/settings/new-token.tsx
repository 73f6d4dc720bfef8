"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Select } from "@/components/ui/field";
import { focusFirstField } from "@/components/ui/modal";
import { Notice } from "@/components/ui/notice";
import { useRecentLogin } from "@/features/account/use-recent-login";
import { textOf } from "@/features/account/use-submit";
import { CopyField } from "@/features/settings/copy-field";
import { api } from "@/lib/api";
import { errorMessage } from "@/lib/bff";

type Scope = "tasks:read" | "tasks:write";

const SCOPES: Record<string, Scope[]> = {
  both: ["tasks:read", "tasks:write"],
  read: ["tasks:read"],
};

/** The dialog that creates a token, and shows it once. */
export function NewToken({
  open,
  onClose,
  onCreated,
}: {
  open: boolean;
  onClose: () => void;
  onCreated: () => Promise<void>;
}) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setSecret(null);
    onClose();
  };
  const showToken = (token: string) => {
    setSecret(token);
    void onCreated();
  };
  return (
    <Dialog title={secret ? "Your new token" : "New token"} open={open} onClose={close}>
      {secret ? <CreatedToken secret={secret} onDone={close} /> : <Form onCreated={showToken} />}
    </Dialog>
  );
}

function Form({ onCreated }: { onCreated: (token: string) => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { withRecentLogin, dialog } = useRecentLogin();

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const body = {
        name: textOf(form, "name").trim(),
        scopes: SCOPES[textOf(form, "access")] ?? [],
        expires_in_days: Number(textOf(form, "days")),
      };
      const { data } = await withRecentLogin(() =>
        api.POST("/api/{user_id}/access-tokens", { params: { path: { user_id: "me" } }, body }),
      );
      if (data) onCreated(data.token);
    } catch (caught) {
      setError(errorMessage(caught));
    }
    setBusy(false);
  };

  return (
    <>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        {error && <Notice tone="danger">{error}</Notice>}
        <Field
          label="Name"
          name="name"
          hint="The program that uses it, such as “backup script”."
          maxLength={100}
          pattern=".*\S.*"
          required
          autoComplete="off"
        />
        <Select label="Access" name="access" defaultValue="both">
          <option value="both">See and change your tasks</option>
          <option value="read">Only see your tasks</option>
        </Select>
        <Select label="Expires after" name="days" defaultValue="90">
          <option value="7">7 days</option>
          <option value="30">30 days</option>
          <option value="90">90 days</option>
          <option value="365">1 year</option>
        </Select>
        <Button type="submit" look="primary" busy={busy} className="self-end">
          Make the token
        </Button>
      </form>
      {dialog}
    </>
  );
}

function CreatedToken({ secret, onDone }: { secret: string; onDone: () => void }) {
  const content = useRef<HTMLDivElement>(null);
  // The form that had the focus is removed.
  useEffect(() => focusFirstField(content.current), []);
  return (
    <div ref={content} className="flex flex-col gap-4">
      <CopyField
        label="Token"
        value={secret}
        hint="Copy it now: it is not shown again. Anyone who has it can access your tasks."
      />
      <Button look="primary" className="self-end" onClick={onDone}>
        Done
      </Button>
    </div>
  );
}

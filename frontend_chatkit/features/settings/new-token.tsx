"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Select } from "@/components/ui/field";
import { focusFirstField } from "@/components/ui/modal";
import { Notice } from "@/components/ui/notice";
import { text } from "@/features/account/use-submit";
import { CopyField } from "@/features/settings/copy-field";
import { api } from "@/lib/api";
import { sentence } from "@/lib/bff";

type Scope = "tasks:read" | "tasks:write";

const SCOPES: Record<string, Scope[]> = {
  both: ["tasks:read", "tasks:write"],
  read: ["tasks:read"],
};

/** The dialog that makes a token, and shows it this once. */
export function NewToken({
  open,
  onClose,
  onMade,
}: {
  open: boolean;
  onClose: () => void;
  onMade: () => Promise<void>;
}) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setSecret(null);
    onClose();
  };
  const made = (token: string) => {
    setSecret(token);
    void onMade();
  };
  return (
    <Dialog title={secret ? "Your new token" : "New token"} open={open} onClose={close}>
      {secret ? <Shown secret={secret} onDone={close} /> : <Form onMade={made} />}
    </Dialog>
  );
}

function Form({ onMade }: { onMade: (token: string) => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const { data } = await api.POST("/api/{user_id}/access-tokens", {
        params: { path: { user_id: "me" } },
        body: {
          name: text(form, "name").trim(),
          scopes: SCOPES[text(form, "powers")] ?? [],
          expires_in_days: Number(text(form, "days")),
        },
      });
      if (data) onMade(data.token);
    } catch (caught) {
      setError(sentence(caught));
    }
    setBusy(false);
  };

  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      {error && <Notice tone="danger">{error}</Notice>}
      <Field
        label="Name"
        name="name"
        hint="What will use it, such as “backup script”."
        maxLength={100}
        pattern=".*\S.*"
        required
        autoComplete="off"
      />
      <Select label="It may" name="powers" defaultValue="both">
        <option value="both">see and change your tasks</option>
        <option value="read">only see your tasks</option>
      </Select>
      <Select label="It is good for" name="days" defaultValue="90">
        <option value="7">7 days</option>
        <option value="30">30 days</option>
        <option value="90">90 days</option>
        <option value="365">a year</option>
      </Select>
      <Button type="submit" look="primary" busy={busy} className="self-end">
        Make the token
      </Button>
    </form>
  );
}

function Shown({ secret, onDone }: { secret: string; onDone: () => void }) {
  const content = useRef<HTMLDivElement>(null);
  // The form that had the focus is gone.
  useEffect(() => focusFirstField(content.current), []);
  return (
    <div ref={content} className="flex flex-col gap-4">
      <CopyField
        label="Token"
        value={secret}
        hint="Copy it now: it is not shown again. Whoever has it can work on your tasks."
      />
      <Button look="primary" className="self-end" onClick={onDone}>
        Done
      </Button>
    </div>
  );
}

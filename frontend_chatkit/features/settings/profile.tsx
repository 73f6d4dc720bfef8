"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { Section } from "@/features/settings/section";
import { AccountError, rename } from "@/lib/account";
import { errorMessage } from "@/lib/bff";
import { useUser } from "@/lib/user";

/** The user's name, which can be changed, and e-mail. */
export function Profile() {
  const user = useUser();
  const router = useRouter();
  const toast = useToast();
  const [name, setName] = useState(user.name);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return setError("Enter a name.");
    setBusy(true);
    setError(null);
    try {
      await rename(name.trim());
      router.refresh();
      toast("Your name is saved.");
    } catch (caught) {
      setError(caught instanceof AccountError ? caught.message : errorMessage(caught));
    }
    setBusy(false);
  };

  return (
    <Section title="Profile">
      <form onSubmit={onSubmit} className="flex max-w-md flex-col items-start gap-4">
        <div className="flex w-full flex-col gap-4">
          <Field
            label="Name"
            autoComplete="name"
            value={name}
            maxLength={100}
            error={error}
            onChange={(event) => setName(event.target.value)}
          />
          <Field label="E-mail" type="email" value={user.email} readOnly />
        </div>
        <Button type="submit" busy={busy} disabled={name.trim() === user.name}>
          Save
        </Button>
      </form>
    </Section>
  );
}

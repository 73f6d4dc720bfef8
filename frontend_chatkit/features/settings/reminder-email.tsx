"use client";

import { useCallback, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import { AccountError, requestVerification } from "@/lib/account";
import { api } from "@/lib/api";
import type { components } from "@/lib/api-schema";
import { BffError, errorMessage } from "@/lib/bff";
import { useUser } from "@/lib/user";

const PATH = "/api/{user_id}/reminder-email";
const ME = { params: { path: { user_id: "me" } } };

type Known = components["schemas"]["ReminderEmailOut"];

/** Whether reminders are mailed, where the installation sends e-mail. */
export function ReminderEmail() {
  const { email } = useUser();
  const toast = useToast();
  const [known, setKnown] = useState<Known | null>(null);
  const [busy, setBusy] = useState(false);

  const perform = useCallback(
    async (request: () => Promise<unknown>) => {
      setBusy(true);
      try {
        await request();
        setKnown((await api.GET(PATH, ME)).data ?? null);
      } catch (caught) {
        const message = caught instanceof AccountError ? caught.message : errorMessage(caught);
        toast(message, { tone: "danger" });
      }
      setBusy(false);
    },
    [toast],
  );
  const turnOn = useCallback(async () => {
    try {
      await api.PUT(PATH, ME);
      toast(`Reminders are mailed to ${email}, too.`);
    } catch (caught) {
      if (!(caught instanceof BffError && caught.code === "email_not_verified")) throw caught;
      await requestVerification(email);
      toast(`Open the link in the message to ${email}: then reminders are mailed.`);
    }
  }, [email, toast]);
  const turnOff = async () => {
    await api.DELETE(PATH, ME);
    toast("Reminders are not mailed any more.");
  };

  useEffect(() => {
    const confirmed = cameByLink();
    void perform(async () => confirmed && (await turnOn()));
  }, [perform, turnOn]);

  if (!known?.available) return null;
  if (!known.address) {
    return (
      <div>
        <Button busy={busy} onClick={() => void perform(turnOn)}>
          Mail me reminders
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-xl border border-line bg-surface px-4 py-3">
      <div className="min-w-40 flex-1">
        <p className="font-medium">E-mail</p>
        <p className="break-all text-sm text-muted">{known.address}</p>
        {known.failures > 0 && (
          <p className="text-sm text-danger">
            The last message was not delivered{known.last_error && `: ${known.last_error}`}
          </p>
        )}
      </div>
      <Button
        size="small"
        look="danger"
        busy={busy}
        onClick={() => void perform(turnOff)}
        aria-label="Turn off e-mail"
      >
        Turn off
      </Button>
    </div>
  );
}

/** Whether the link of a confirmation led here, once. */
function cameByLink(): boolean {
  if (!new URLSearchParams(window.location.search).has("verified")) return false;
  window.history.replaceState(null, "", window.location.pathname);
  return true;
}

"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { useToast } from "@/components/ui/toast";
import { CopyField } from "@/features/settings/copy-field";
import { day } from "@/features/settings/day";
import { Section } from "@/features/settings/section";
import { disconnectAssistant } from "@/lib/account";
import type { Assistant } from "@/lib/auth/assistants";
import { sentence } from "@/lib/bff";
import { useUser } from "@/lib/user";

/** Assistants that were let in by OAuth, and how to take that back. */
export function Assistants({ assistants, mcpUrl }: { assistants: Assistant[]; mcpUrl: string }) {
  const [leaving, setLeaving] = useState<Assistant | null>(null);
  const { timezone } = useUser();
  return (
    <Section
      title="Connected assistants"
      about="Assistants that speak MCP, such as Claude, ChatGPT or VS Code, can work on your tasks."
    >
      <div className="flex flex-col gap-6">
        <CopyField
          label="Address for your assistant"
          value={mcpUrl}
          hint="Add it there as an MCP server; it then asks here for access."
        />
        {assistants.length === 0 ? (
          <Nothing />
        ) : (
          <ul className="divide-y divide-line rounded-xl border border-line">
            {assistants.map((one) => (
              <li key={one.clientId} className="flex items-center justify-between gap-4 p-4">
                <div className="min-w-0">
                  <p className="font-medium break-words">{one.name}</p>
                  <p className="text-sm text-muted">
                    {one.powers.join(" · ")} · since {day(one.since, timezone)}
                  </p>
                </div>
                <Button
                  look="danger"
                  size="small"
                  aria-label={`Disconnect ${one.name}`}
                  onClick={() => setLeaving(one)}
                >
                  Disconnect
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Disconnecting assistant={leaving} onClose={() => setLeaving(null)} />
    </Section>
  );
}

function Nothing() {
  return (
    <div className="rounded-xl border border-dashed border-line">
      <EmptyState title="No assistant is connected">
        The first one appears here once you have allowed it.
      </EmptyState>
    </div>
  );
}

function Disconnecting({
  assistant,
  onClose,
}: {
  assistant: Assistant | null;
  onClose: () => void;
}) {
  const toast = useToast();
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const disconnect = async () => {
    if (!assistant) return;
    setBusy(true);
    try {
      await disconnectAssistant(assistant.clientId);
      toast(`${assistant.name} is disconnected.`);
      router.refresh();
    } catch (caught) {
      toast(sentence(caught), { tone: "danger" });
    }
    setBusy(false);
    onClose();
  };
  return (
    <Dialog title="Disconnect the assistant?" open={assistant !== null} onClose={onClose}>
      <p>
        <strong className="break-words">{assistant?.name}</strong> loses its access within ten
        minutes, and has to ask you again.
      </p>
      <div className="flex justify-end gap-3">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={busy} onClick={disconnect}>
          Disconnect
        </Button>
      </div>
    </Dialog>
  );
}

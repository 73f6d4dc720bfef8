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
import { errorMessage } from "@/lib/bff";
import { useUser } from "@/lib/user";

/** Assistants that were authorized by OAuth, with a button that revokes that. */
export function Assistants({ assistants, mcpUrl }: { assistants: Assistant[]; mcpUrl: string }) {
  const [disconnecting, setDisconnecting] = useState<Assistant | null>(null);
  const { timezone } = useUser();
  return (
    <Section
      title="Connected assistants"
      about="Assistants that support MCP, such as Claude, ChatGPT or VS Code, can work with your tasks."
    >
      <div className="flex flex-col gap-6">
        <CopyField
          label="Address for your assistant"
          value={mcpUrl}
          hint="Add it to the assistant as an MCP server; the assistant then asks for access here."
        />
        {assistants.length === 0 ? (
          <NoAssistants />
        ) : (
          <ul className="divide-y divide-line rounded-xl border border-line">
            {assistants.map((one) => (
              <li key={one.clientId} className="flex items-center justify-between gap-4 p-4">
                <div className="min-w-0">
                  <p className="font-medium break-words">
                    {one.name}{" "}
                    <span className="font-normal text-muted">
                      ({one.site ?? "unverified name"})
                    </span>
                  </p>
                  <p className="text-sm text-muted">
                    {one.permissions.join(" · ")} · since {day(one.since, timezone)}
                  </p>
                </div>
                <Button
                  look="danger"
                  size="small"
                  aria-label={`Disconnect ${one.name}`}
                  onClick={() => setDisconnecting(one)}
                >
                  Disconnect
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <DisconnectDialog assistant={disconnecting} onClose={() => setDisconnecting(null)} />
    </Section>
  );
}

function NoAssistants() {
  return (
    <div className="rounded-xl border border-dashed border-line">
      <EmptyState title="No assistant is connected">
        Assistants that you allow are listed here.
      </EmptyState>
    </div>
  );
}

function DisconnectDialog({
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
      toast(errorMessage(caught), { tone: "danger" });
    }
    setBusy(false);
    onClose();
  };
  return (
    <Dialog title="Disconnect the assistant?" open={assistant !== null} onClose={onClose}>
      <p>
        <strong className="break-words">{assistant?.name}</strong> loses its access within ten
        minutes and has to ask for it again.
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

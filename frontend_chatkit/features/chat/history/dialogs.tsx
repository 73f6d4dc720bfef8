"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import type { Thread } from "@/features/chat/protocol/types";
import { sentence } from "@/lib/bff";

type Asked = { thread: Thread | null; onClose: () => void };

/** Ask for a conversation's new title; it is open while there is a thread. */
export function RenameDialog({
  thread,
  onClose,
  onRename,
}: Asked & { onRename: (thread: Thread, title: string) => Promise<void> }) {
  const [running, trouble, run] = useRun(onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const title = String(new FormData(event.currentTarget).get("title")).trim();
    if (title && thread) run(() => onRename(thread, title));
  };
  return (
    <Dialog title="Rename conversation" open={thread !== null} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <Field
          label="Title"
          name="title"
          defaultValue={thread?.title ?? ""}
          required
          maxLength={200}
          autoComplete="off"
          error={trouble}
        />
        <Buttons onClose={onClose}>
          <Button type="submit" look="primary" busy={running}>
            Rename
          </Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

/** Ask whether a conversation may be deleted; it is open while there is a thread. */
export function DeleteDialog({
  thread,
  onClose,
  onDelete,
}: Asked & { onDelete: (thread: Thread) => Promise<void> }) {
  const [running, trouble, run] = useRun(onClose);
  return (
    <Dialog title="Delete conversation?" open={thread !== null} onClose={onClose}>
      <p className="break-words">
        “{thread?.title ?? "New conversation"}” is deleted for good. Your tasks stay.
      </p>
      {trouble && (
        <p role="alert" className="text-sm text-danger">
          {trouble}
        </p>
      )}
      <Buttons onClose={onClose}>
        <Button look="danger" busy={running} onClick={() => thread && run(() => onDelete(thread))}>
          Delete
        </Button>
      </Buttons>
    </Dialog>
  );
}

function Buttons({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <div className="flex justify-end gap-2">
      <Button look="ghost" onClick={onClose}>
        Cancel
      </Button>
      {children}
    </div>
  );
}

function useRun(onDone: () => void) {
  const [running, setRunning] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const run = async (act: () => Promise<void>) => {
    setRunning(true);
    setTrouble(null);
    try {
      await act();
      onDone();
    } catch (error) {
      setTrouble(sentence(error));
    } finally {
      setRunning(false);
    }
  };
  return [running, trouble, (act: () => Promise<void>) => void run(act)] as const;
}

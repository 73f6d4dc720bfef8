"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import type { Thread } from "@/features/chat/protocol/types";
import { errorMessage } from "@/lib/bff";

type DialogProps = { thread: Thread | null; onClose: () => void };

/** The dialog that renames a conversation; it is open while `thread` is set. */
export function RenameDialog({
  thread,
  onClose,
  onRename,
}: DialogProps & { onRename: (thread: Thread, title: string) => Promise<void> }) {
  const [running, error, run] = useRun(onClose);
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
          error={error}
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

/** The dialog that confirms a deletion; it is open while `thread` is set. */
export function DeleteDialog({
  thread,
  onClose,
  onDelete,
}: DialogProps & { onDelete: (thread: Thread) => Promise<void> }) {
  const [running, error, run] = useRun(onClose);
  return (
    <Dialog title="Delete conversation?" open={thread !== null} onClose={onClose}>
      <p className="break-words">
        “{thread?.title ?? "New conversation"}” will be deleted permanently. Your tasks stay.
      </p>
      {error && (
        <p role="alert" className="text-sm text-danger">
          {error}
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
  const [error, setError] = useState<string | null>(null);
  const run = async (act: () => Promise<void>) => {
    setRunning(true);
    setError(null);
    try {
      await act();
      onDone();
    } catch (error) {
      setError(errorMessage(error));
    } finally {
      setRunning(false);
    }
  };
  return [running, error, (act: () => Promise<void>) => void run(act)] as const;
}

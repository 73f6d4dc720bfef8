"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import type { ListTasks, TodoList } from "@/features/tasks/list-requests";
import { cleanTitle } from "@/features/tasks/task";
import { errorMessage } from "@/lib/bff";

const MAX_NAME = 60;

type NameProps = {
  /** The name that it has; "" for a new list. */
  name: string;
  onSave: (name: string) => Promise<void>;
  onClose: () => void;
};

/** The dialog that names a new list or renames one. */
export function ListNameDialog({ name, onSave, onClose }: NameProps) {
  const [text, setText] = useState(name);
  const { busy, error, submit } = useSubmit(onClose);
  const clean = cleanTitle(text);
  return (
    <Dialog title={name ? "Rename list" : "New list"} open onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => submit(event, async () => clean && onSave(clean))}
      >
        <Field
          label="Name"
          value={text}
          maxLength={MAX_NAME}
          required
          error={error}
          onChange={(event) => setText(event.target.value)}
        />
        <Buttons label={name ? "Rename" : "Make the list"} busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

type DeleteProps = {
  list: TodoList;
  onDelete: (tasks: ListTasks) => Promise<void>;
  onClose: () => void;
};

const CHOICES: { value: ListTasks; label: string }[] = [
  { value: "move_to_inbox", label: "Move its tasks to the Inbox" },
  { value: "delete", label: "Delete its tasks too" },
];

/** The dialog that deletes a list, and asks what becomes of its tasks. */
export function DeleteListDialog({ list, onDelete, onClose }: DeleteProps) {
  const [tasks, setTasks] = useState<ListTasks>("move_to_inbox");
  const { busy, error, submit } = useSubmit(onClose);
  return (
    <Dialog title={`Delete “${list.name}”?`} open onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => submit(event, () => onDelete(tasks))}
      >
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-2 text-muted">{openLabel(list.open_tasks)}</legend>
          {CHOICES.map(({ value, label }) => (
            <label key={value} className="flex min-h-8 items-center gap-3">
              <input
                type="radio"
                name="tasks"
                checked={tasks === value}
                onChange={() => setTasks(value)}
                className="size-4 accent-accent"
              />
              {label}
            </label>
          ))}
        </fieldset>
        {error && <Notice tone="danger">{error}</Notice>}
        <Buttons label="Delete list" busy={busy} danger onClose={onClose} />
      </form>
    </Dialog>
  );
}

function openLabel(count: number): string {
  if (count === 0) return "It has no open tasks. Completed ones may be in it.";
  return count === 1 ? "It has 1 open task." : `It has ${count} open tasks.`;
}

function Buttons({
  label,
  busy,
  danger = false,
  onClose,
}: {
  label: string;
  busy: boolean;
  danger?: boolean;
  onClose: () => void;
}) {
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" look={danger ? "danger" : "primary"} busy={busy}>
        {label}
      </Button>
    </div>
  );
}

/** Run a form's request; close when it succeeded, or else return its error. */
function useSubmit(onClose: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async (request: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await request();
      onClose();
    } catch (refused) {
      setError(errorMessage(refused));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent, request: () => Promise<unknown>) => {
    event.preventDefault();
    if (!busy) void run(request);
  };
  return { busy, error, submit };
}

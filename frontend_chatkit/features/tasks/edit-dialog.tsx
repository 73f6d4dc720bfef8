"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, TextArea } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { factsOf, tagsFault, typed } from "@/features/tasks/facts";
import { cleanTitle, type Task, type TaskUpdate } from "@/features/tasks/task";
import { FactFields } from "@/features/tasks/task-fields";

const LONGEST_TITLE = 200;
const LONGEST_DESCRIPTION = 2000;

type EditProps = {
  /** The task as it is now; null if it was deleted meanwhile. */
  current: Task | null;
  opened: Task;
  today: string;
  onSave: (update: TaskUpdate) => void;
  onDelete: () => void;
  onClose: () => void;
};

/** The dialog that shows all of a task and changes it. */
export function EditDialog(props: EditProps) {
  return (
    <Dialog title={`Task ${props.opened.id}`} open onClose={props.onClose}>
      <EditForm {...props} />
    </Dialog>
  );
}

function EditForm({ current, opened, today, onSave, onDelete, onClose }: EditProps) {
  const [title, setTitle] = useState(opened.title);
  const [description, setDescription] = useState(opened.description);
  const [facts, setFacts] = useState(() => factsOf(opened));
  const titleFault = cleanTitle(title) ? null : "A task needs a title.";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (titleFault || tagsFault(facts.tags)) return;
    const wanted = { title: cleanTitle(title), description: description.trim(), ...typed(facts) };
    onSave(changes(opened, wanted));
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Meanwhile opened={opened} current={current} />
      <Field
        label="Title"
        value={title}
        maxLength={LONGEST_TITLE}
        error={titleFault}
        onChange={(event) => setTitle(event.target.value)}
      />
      <TextArea
        label="Notes"
        rows={3}
        value={description}
        maxLength={LONGEST_DESCRIPTION}
        onChange={(event) => setDescription(event.target.value)}
      />
      <FactFields facts={facts} today={today} onChange={setFacts} />
      <div className="mt-2 flex flex-wrap gap-2">
        <Button look="danger" onClick={onDelete} disabled={!current}>
          Delete
        </Button>
        <Button className="ml-auto" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={!current}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Meanwhile({ opened, current }: Pick<EditProps, "opened" | "current">) {
  if (!current) return <Notice tone="warn">This task was deleted elsewhere just now.</Notice>;
  if (current.version === opened.version) return null;
  return (
    <Notice tone="warn">
      This task was changed elsewhere just now. Saving changes only what you edit here.
    </Notice>
  );
}

/** Return what differs: only that is sent, so that others' changes of the rest stay. */
function changes(task: Task, wanted: TaskUpdate): TaskUpdate {
  const entries = Object.entries(wanted) as [keyof Task, unknown][];
  return Object.fromEntries(
    entries.filter(([name, value]) => String(value ?? "") !== String(task[name] ?? "")),
  );
}

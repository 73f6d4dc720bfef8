"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, TextArea } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { cleanTitle, type Task, type TaskUpdate } from "@/features/tasks/task";
import { DetailFields } from "@/features/tasks/task-fields";
import { detailsOf, tagsError, toTaskFields } from "@/features/tasks/task-form";

const MAX_TITLE = 200;
const MAX_DESCRIPTION = 2000;

type EditProps = {
  /** The task at present; null if it was deleted meanwhile. */
  current: Task | null;
  opened: Task;
  today: string;
  listNames: string[];
  onSave: (update: TaskUpdate) => void;
  onDelete: () => void;
  onClose: () => void;
};

/** The dialog that edits a task. */
export function EditDialog(props: EditProps) {
  return (
    <Dialog title="Edit task" open onClose={props.onClose}>
      <EditForm {...props} />
    </Dialog>
  );
}

function EditForm({ current, opened, today, listNames, onSave, onDelete, onClose }: EditProps) {
  const [title, setTitle] = useState(opened.title);
  const [description, setDescription] = useState(opened.description);
  const [details, setDetails] = useState(() => detailsOf(opened));
  const titleError = cleanTitle(title) ? null : "A task needs a title.";

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (titleError || tagsError(details.tags)) return;
    const edited = {
      title: cleanTitle(title),
      description: description.trim(),
      ...toTaskFields(details),
    };
    const reminders = opened.reminders.map(({ spec }) => spec);
    onSave(changesOf({ ...opened, repeat: opened.repeat_text, reminders }, edited));
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <ConflictNotice opened={opened} current={current} />
      <Field
        label="Title"
        value={title}
        maxLength={MAX_TITLE}
        error={titleError}
        onChange={(event) => setTitle(event.target.value)}
      />
      <TextArea
        label="Notes"
        rows={3}
        value={description}
        maxLength={MAX_DESCRIPTION}
        onChange={(event) => setDescription(event.target.value)}
      />
      <DetailFields details={details} today={today} listNames={listNames} onChange={setDetails} />
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

function ConflictNotice({ opened, current }: Pick<EditProps, "opened" | "current">) {
  if (!current) return <Notice tone="warn">This task was deleted elsewhere just now.</Notice>;
  if (current.version === opened.version) return null;
  return (
    <Notice tone="warn">
      This task was changed elsewhere just now. Saving changes only what you edit here.
    </Notice>
  );
}

/** Return the edited fields: only they are sent, so that changes of others to the rest remain. */
function changesOf(task: TaskUpdate, edited: TaskUpdate): TaskUpdate {
  const entries = Object.entries(edited) as [keyof TaskUpdate, unknown][];
  return Object.fromEntries(
    entries.filter(([name, value]) => String(value ?? "") !== String(task[name] ?? "")),
  );
}

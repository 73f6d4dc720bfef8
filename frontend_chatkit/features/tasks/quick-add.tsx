"use client";

import { type FormEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { ChevronDownIcon } from "@/components/ui/icons";
import { PlusIcon } from "@/features/tasks/icons";
import { DetailFields } from "@/features/tasks/lazy";
import { cleanTitle, type NewTask } from "@/features/tasks/task";
import { type Details, NO_DETAILS, tagsError, toTaskFields } from "@/features/tasks/task-form";
import { classes } from "@/lib/classes";

const MAX_TITLE = 200;

type QuickAddProps = {
  today: string;
  listNames: string[];
  /** What a new task has if nothing else is chosen, such as the list that is shown. */
  defaults: Partial<Details>;
  /** Resolves to whether it worked. */
  onAdd: (task: NewTask) => Promise<boolean>;
};

/** The field that adds a task, with more fields below. A request that failed restores their text. */
export function QuickAdd({ today, listNames, defaults, onAdd }: QuickAddProps) {
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<Details | null>(null);
  const details = chosen ?? { ...NO_DETAILS, ...defaults };
  const [open, setOpen] = useState(false);
  const line = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    line.current?.focus();
    if (tagsError(details.tags)) return setOpen(true);
    if (!cleanTitle(title)) return;
    setTitle("");
    setChosen(null);
    if (await onAdd({ title, ...toTaskFields(details) })) return;
    setTitle((newer) => newer || title);
    setChosen((newer) => newer ?? chosen);
  };

  return (
    <form
      onSubmit={(event) => void submit(event)}
      className="rounded-2xl border border-line bg-surface shadow-[0_1px_2px_rgb(0_0_0/0.04)] focus-within:border-accent"
    >
      <div className="flex items-center gap-1 p-1.5 pl-4">
        <input
          ref={line}
          aria-label="Add a task"
          placeholder="Add a task"
          value={title}
          maxLength={MAX_TITLE}
          enterKeyHint="done"
          autoComplete="off"
          onChange={(event) => setTitle(event.target.value)}
          className="min-h-10 min-w-0 flex-1 bg-transparent placeholder:text-muted outline-none"
        />
        <Button
          look="ghost"
          size="icon"
          aria-expanded={open}
          aria-label="Date, list and more"
          onClick={() => setOpen(!open)}
        >
          <span className={classes("transition-transform", open && "rotate-180")}>
            <ChevronDownIcon />
          </span>
        </Button>
        <Button type="submit" look="primary" size="icon" aria-label="Add">
          <PlusIcon />
        </Button>
      </div>
      {open && (
        <div className="border-t border-line p-4">
          <DetailFields
            details={details}
            today={today}
            listNames={listNames}
            onChange={setChosen}
          />
        </div>
      )}
    </form>
  );
}

"use client";

import { type FormEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { ChevronDownIcon } from "@/components/ui/icons";
import { PlusIcon } from "@/features/tasks/icons";
import { DetailFields, Recognised } from "@/features/tasks/lazy";
import { cleanTitle, type NewTask } from "@/features/tasks/task";
import {
  changedDetails,
  type Details,
  NO_DETAILS,
  tagsError,
  toTaskFields,
} from "@/features/tasks/task-form";
import type { Read } from "@/features/tasks/use-reading";
import { classes } from "@/lib/classes";
import { useTypedEarly } from "@/lib/typed-early";

const MAX_TITLE = 200;

type QuickAddProps = {
  today: string;
  listNames: string[];
  /** What a new task has if nothing else is chosen, such as the list that is shown. */
  defaults: Partial<Details>;
  /** Resolves to whether it worked. */
  onAdd: (task: NewTask) => Promise<boolean>;
};

/**
 * The field that adds a task, with more fields below. Values that its text has are recognised; those
 * that are chosen in the fields win. A request that failed restores their text.
 */
export function QuickAdd({ today, listNames, defaults, onAdd }: QuickAddProps) {
  const [text, setText] = useState("");
  const [recognised, setRecognised] = useState<Partial<Details>>({});
  const [chosen, setChosen] = useState<Partial<Details>>({});
  const details = { ...NO_DETAILS, ...defaults, ...recognised, ...chosen };
  const [open, setOpen] = useState(false);
  const line = useRef<HTMLInputElement>(null);
  const read = useRef<Read>(null);
  useTypedEarly(line, setText);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    line.current?.focus();
    if (tagsError(details.tags)) return setOpen(true);
    if (!cleanTitle(text)) return;
    const reading = read.current?.();
    setText("");
    setChosen({});
    const parsed = await reading;
    const title = parsed?.title || text;
    const fields = { ...NO_DETAILS, ...defaults, ...(parsed?.title && parsed.details), ...chosen };
    if (await onAdd({ title, ...toTaskFields(fields) })) return;
    setText((newer) => newer || text);
    setChosen((newer) => (Object.keys(newer).length > 0 ? newer : chosen));
  };

  return (
    <form
      onSubmit={(event) => void submit(event)}
      className="rounded-2xl border border-line bg-surface shadow-[0_1px_2px_rgb(0_0_0/0.04)] focus-within:border-accent"
    >
      <div className="flex items-start gap-1 p-1.5 pl-4">
        <div className="relative isolate min-w-0 flex-1">
          <input
            ref={line}
            aria-label="Add a task"
            placeholder="Add a task"
            value={text}
            maxLength={MAX_TITLE}
            enterKeyHint="done"
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
            className="block h-10 w-full bg-transparent placeholder:text-muted outline-none"
          />
          <Recognised
            text={text}
            today={today}
            chosen={chosen}
            line={line}
            read={read}
            onDetails={setRecognised}
          />
        </div>
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
            onChange={(changed) => setChosen({ ...chosen, ...changedDetails(details, changed) })}
          />
        </div>
      )}
    </form>
  );
}

"use client";

import { useId, useState } from "react";
import { CheckIcon } from "@/components/ui/icons";
import { useToast } from "@/components/ui/toast";
import { ActionRefused } from "@/features/chat/conversation/errors";
import { TrashIcon } from "@/features/chat/icons";
import { type TaskRow, taskRows } from "@/features/chat/items/task-list";
import type { WidgetAction, WidgetItem } from "@/features/chat/protocol/types";
import { errorMessage } from "@/lib/bff";
import { classes } from "@/lib/classes";

export type Press = (itemId: string, action: WidgetAction) => Promise<void>;

/** A widget: a task list, or the plain text of any other widget. */
export function Widget({ item, onPress }: { item: WidgetItem; onPress: Press }) {
  const rows = taskRows(item.widget);
  if (!rows) return item.copy_text ? <p className="whitespace-pre-wrap">{item.copy_text}</p> : null;
  return (
    <ul
      aria-label="Tasks"
      className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface"
    >
      {rows.map((row) => (
        <Row key={row.key} row={row} onPress={(action) => onPress(item.id, action)} />
      ))}
    </ul>
  );
}

function Row({ row, onPress }: { row: TaskRow; onPress: (action: WidgetAction) => Promise<void> }) {
  const [running, press] = usePress(onPress);
  const id = useId();
  const { toggle, remove } = row;
  // Optimistic: the box shows the new state while the request runs.
  const done = running && running.type === toggle?.type ? !row.done : row.done;
  return (
    <li className="flex min-h-12 items-center gap-1 pr-1">
      {toggle ? (
        <label
          htmlFor={id}
          className="flex min-w-0 flex-1 cursor-pointer items-center gap-3 py-2 pl-3"
        >
          <Tick id={id} checked={done} onChange={() => press(toggle)} />
          <RowText row={row} struck={done} />
        </label>
      ) : (
        <span className="min-w-0 flex-1 py-2 pl-11">
          <RowText row={row} struck={row.struck} />
        </span>
      )}
      {remove && (
        <button
          type="button"
          aria-label={`Delete ${row.title}`}
          aria-disabled={running ? true : undefined}
          className="grid size-10 shrink-0 place-items-center rounded-lg text-muted hover:bg-raised hover:text-danger"
          onClick={() => press(remove)}
        >
          <TrashIcon />
        </button>
      )}
    </li>
  );
}

function RowText({ row, struck }: { row: TaskRow; struck: boolean }) {
  return (
    <span className="flex min-w-0 flex-col">
      <span className={classes("break-words", struck && "text-muted line-through")}>
        {row.title}
      </span>
      <span className="text-xs break-words text-muted">{row.notes}</span>
    </span>
  );
}

function Tick({ id, checked, onChange }: { id: string; checked: boolean; onChange: () => void }) {
  return (
    <span className="relative grid size-5 shrink-0 place-items-center">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={onChange}
        className="peer size-5 cursor-pointer appearance-none rounded-md border border-line-strong bg-surface checked:border-accent checked:bg-accent"
      />
      <span className="pointer-events-none absolute scale-75 text-on-accent opacity-0 peer-checked:opacity-100">
        <CheckIcon />
      </span>
    </span>
  );
}

function usePress(onPress: (action: WidgetAction) => Promise<void>) {
  const toast = useToast();
  const [running, setRunning] = useState<WidgetAction | null>(null);
  const press = async (action: WidgetAction) => {
    if (running) return;
    setRunning(action);
    try {
      await onPress(action);
    } catch (error) {
      toast(error instanceof ActionRefused ? error.message : errorMessage(error), {
        tone: "danger",
      });
    } finally {
      setRunning(null);
    }
  };
  return [running, (action: WidgetAction) => void press(action)] as const;
}

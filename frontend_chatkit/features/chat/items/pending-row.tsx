"use client";

import { useState } from "react";
import { useToast } from "@/components/ui/toast";
import { ActionRefused } from "@/features/chat/conversation/errors";
import type { ListedTask } from "@/features/chat/items/task-list";
import type { WidgetAction } from "@/features/chat/protocol/types";
import { TickBox } from "@/features/tasks/tick-box";
import { errorMessage } from "@/lib/bff";
import { classes } from "@/lib/classes";

export type Press = (itemId: string, action: WidgetAction) => Promise<void>;

type RowProps = {
  listed: ListedTask;
  isDeleted: boolean;
  onPress: (action: WidgetAction) => Promise<void>;
};

/** A task as its reply shows it, where its present state is not loaded, or it is deleted. */
export function PendingRow({ listed, isDeleted, onPress }: RowProps) {
  const [running, press] = usePress(onPress);
  const { title, toggle } = listed;
  // Optimistic: the box shows the new state while the request runs.
  const done = running ? !listed.done : listed.done;
  const gone = isDeleted || !toggle;
  return (
    <li className="flex items-start gap-3 px-3 py-2.5 sm:px-4">
      {gone ? (
        <span className="size-7" />
      ) : (
        <TickBox label={title} checked={done} disabled={false} onChange={() => press(toggle)} />
      )}
      <span
        className={classes(
          "min-w-0 flex-1 py-0.5 wrap-anywhere",
          (gone || done) && "text-muted line-through decoration-line-strong",
        )}
      >
        {title}
        {gone && <span className="sr-only">, deleted</span>}
      </span>
    </li>
  );
}

function usePress(onPress: (action: WidgetAction) => Promise<void>) {
  const toast = useToast();
  const [running, setRunning] = useState(false);
  const press = async (action: WidgetAction) => {
    if (running) return;
    setRunning(true);
    try {
      await onPress(action);
    } catch (error) {
      toast(error instanceof ActionRefused ? error.message : errorMessage(error), {
        tone: "danger",
      });
    } finally {
      setRunning(false);
    }
  };
  return [running, (action: WidgetAction) => void press(action)] as const;
}

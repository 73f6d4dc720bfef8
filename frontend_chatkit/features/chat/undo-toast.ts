"use client";

import { useEffect, useRef, useState } from "react";
import { useToast } from "@/components/ui/toast";
import { useLiveStream } from "@/features/tasks/live-context";
import type { TaskChange } from "@/features/tasks/task";
import { BffError, errorMessage } from "@/lib/bff";

type Action = TaskChange["action"];

// The changes of a reply may arrive a moment after it.
const SETTLE_MS = 400;
const SECONDS = 10;
// A page that was hidden gets what it missed, which is no news.
const RECENT_MS = 60_000;

const DONE: Record<Exclude<Action, "undone">, string> = {
  created: "added",
  updated: "changed",
  completed: "completed",
  reopened: "reopened",
  deleted: "deleted",
};

/** After a reply of the open conversation that changed tasks, offer to take that back. */
export function useUndoToast(threadId: string | null, isBusy: boolean): void {
  const toast = useToast();
  const live = useLiveStream();
  const changes = useRef<TaskChange[]>([]);
  const dismiss = useRef<() => void>(undefined);
  const [count, setCount] = useState(0);

  useEffect(() => {
    const unmounted = new AbortController();
    const onChange = (change: TaskChange) => {
      if (!change.turn_id || Date.now() - Date.parse(change.created_at) > RECENT_MS) return;
      changes.current.push(change);
      setCount((before) => before + 1);
    };
    live.follow({ onChange }, unmounted.signal);
    return () => unmounted.abort();
  }, [live]);

  // The next message has a reply of its own, which an older offer would stand in front of: one that
  // is shown, and one that is being prepared.
  const busy = useRef(isBusy);
  useEffect(() => {
    busy.current = isBusy;
    if (!isBusy) return;
    dismiss.current?.();
    changes.current = [];
  }, [isBusy]);

  useEffect(() => {
    if (isBusy || !threadId || count === 0) return;
    const offer = async () => {
      const arrived = changes.current.splice(0);
      const last = arrived.at(-1);
      if (!last?.turn_id || last.action === "undone") return;
      const { isTurnOf, takeBack } = await import("@/features/chat/undo");
      if (!(await isTurnOf(last.turn_id, threadId)) || busy.current) return;
      const fail = (error: unknown) => void toast(messageOf(error), { tone: "danger" });
      const undo = () => takeBack(last.change_id).then(() => undefined, fail);
      const message = wordsOf(arrived.filter(({ turn_id }) => turn_id === last.turn_id));
      const action = { label: "Undo", run: () => void undo() };
      dismiss.current = toast(message, { seconds: SECONDS, action });
    };
    // Where that can't be known now, "undo" in the chat does the same.
    const timer = setTimeout(() => offer().catch(() => undefined), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [toast, threadId, isBusy, count]);
}

/** Say what a reply did, as in “Milk” was added. */
function wordsOf(changes: TaskChange[]): string {
  const ids = new Set(changes.map(({ task_id }) => task_id));
  const actions = new Set(changes.map(({ action }) => action));
  const [action] = actions.size === 1 ? actions : [];
  const done = action && action !== "undone" ? DONE[action] : "changed";
  if (ids.size > 1) return `${ids.size} tasks were ${done}.`;
  const title = changes.at(-1)?.task?.title;
  return `${title ? `“${title}”` : "The task"} was ${done}.`;
}

function messageOf(error: unknown): string {
  const isOvertaken = error instanceof BffError && error.code === "not_the_newest_change";
  return isOvertaken
    ? "Something else was changed since: nothing was undone."
    : errorMessage(error);
}

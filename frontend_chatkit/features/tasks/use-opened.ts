"use client";

import { useEffect, useState } from "react";
import { useToast } from "@/components/ui/toast";
import type { TaskQueries } from "@/features/tasks/queries";
import type { Task } from "@/features/tasks/task";
import { BffError, errorMessage } from "@/lib/bff";

/** Return a task as it was when it was opened; calls `onMissing` if it can't be loaded. */
export function useOpened(
  id: number | null,
  find: TaskQueries["find"],
  onMissing: () => void,
): Task | null {
  const [opened, setOpened] = useState<Task | null>(null);
  const toast = useToast();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another number opens another task
  useEffect(() => {
    let closed = false;
    setOpened(null);
    if (id === null) return;
    find(id).then(
      (task) => closed || setOpened(task),
      (error: unknown) => {
        if (closed) return;
        const isGone = error instanceof BffError && error.status === 404;
        toast(isGone ? "This task does not exist any more." : errorMessage(error), {
          tone: "danger",
        });
        onMissing();
      },
    );
    return () => {
      closed = true;
    };
  }, [id]);
  return opened?.id === id ? opened : null;
}

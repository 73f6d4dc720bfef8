"use client";

import { useEffect, useState } from "react";
import { useToast } from "@/components/ui/toast";
import type { Reader } from "@/features/tasks/reading";
import type { Task } from "@/features/tasks/task";
import { BffError, sentence } from "@/lib/bff";

/** Return the task of a number as it was when it was opened; `onMissing` if it can't be had. */
export function useOpened(
  id: number | null,
  find: Reader["find"],
  onMissing: () => void,
): Task | null {
  const [opened, setOpened] = useState<Task | null>(null);
  const toast = useToast();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another number opens another task
  useEffect(() => {
    let left = false;
    setOpened(null);
    if (id === null) return;
    find(id).then(
      (task) => left || setOpened(task),
      (error: unknown) => {
        if (left) return;
        const isGone = error instanceof BffError && error.status === 404;
        toast(isGone ? `There is no task ${id} any more.` : sentence(error), { tone: "danger" });
        onMissing();
      },
    );
    return () => {
      left = true;
    };
  }, [id]);
  return opened?.id === id ? opened : null;
}

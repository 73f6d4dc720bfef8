"use client";

import { useSyncExternalStore } from "react";
import { todayIn } from "@/features/tasks/due";
import { useUser } from "@/lib/user";

const CHECK_MS = 30_000;

/** Return today's date in the user's time zone, updated when the day ends. */
export function useToday(): string {
  const { timezone } = useUser();
  const today = () => todayIn(timezone);
  return useSyncExternalStore(atIntervals, today, today);
}

function atIntervals(check: () => void): () => void {
  const timer = setInterval(check, CHECK_MS);
  return () => clearInterval(timer);
}

"use client";

import { useSyncExternalStore } from "react";
import { todayIn } from "@/features/tasks/today";
import { useUser } from "@/lib/user";

const LOOK_MS = 30_000;

/** Return the date it is for the user, and the next one when their day ends. */
export function useToday(): string {
  const { timezone } = useUser();
  const today = () => todayIn(timezone);
  return useSyncExternalStore(everySoOften, today, today);
}

function everySoOften(look: () => void): () => void {
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}

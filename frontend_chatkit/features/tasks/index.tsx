"use client";

import { useSearchParams } from "next/navigation";
import { TaskBoard } from "@/features/tasks/board";

/** The task list, updated live. `/tasks?task=3` opens task 3. */
export function Tasks() {
  const query = useSearchParams().toString();
  return <TaskBoard query={query} onQuery={show} />;
}

/** Next's router follows the browser's history, so no page is requested. */
function show(query: string, isPlace: boolean): void {
  const url = query ? `/tasks?${query}` : "/tasks";
  if (isPlace) window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
}

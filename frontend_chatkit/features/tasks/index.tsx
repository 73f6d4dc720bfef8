import { EmptyState } from "@/components/ui/empty-state";

/** The task list, kept live. */
export function Tasks() {
  return <EmptyState title="The task list is not here yet">It comes to this page.</EmptyState>;
}

import { EmptyState } from "@/components/ui/empty-state";

/** The conversation with the assistant. */
export function Chat() {
  return <EmptyState title="The chat is not here yet">It comes to this page.</EmptyState>;
}

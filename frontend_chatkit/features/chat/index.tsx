import { EmptyState } from "@/components/ui/empty-state";
import type { HostedChat } from "@/lib/environment";

/** The conversation with the assistant; `hosted` says how to load the hosted chat, if there is one. */
export function Chat({ hosted: _ }: { hosted: HostedChat | null }) {
  return <EmptyState title="The chat is not here yet">It comes to this page.</EmptyState>;
}

import { buttonClasses } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        as="h1"
        title="There is no such page"
        action={
          <a href="/chat" className={buttonClasses({ look: "primary" })}>
            Go to the chat
          </a>
        }
      >
        The address may be mistyped, or the page has moved.
      </EmptyState>
    </main>
  );
}

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** What stands in the place of a page that failed. */
export function Broken({ onRetry }: { onRetry: () => void }) {
  return (
    <div role="alert" className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        as="h1"
        title="This page could not be shown"
        action={
          <Button look="primary" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        Your tasks and conversations are safe. If trying again does not help, the database may be
        away: look again in a minute.
      </EmptyState>
    </div>
  );
}

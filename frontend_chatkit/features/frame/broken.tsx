import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** What stands in the place of a page that failed, in the browser or at the server. */
export function Broken() {
  return (
    <div role="alert" className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        as="h1"
        title="This page could not be shown"
        action={
          // What failed at the server has to be asked of it anew: drawing it again is not enough.
          <Button look="primary" onClick={() => window.location.reload()}>
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

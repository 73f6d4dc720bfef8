import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** Replaces a page that failed, in the browser or on the server. */
export function ErrorPage() {
  return (
    <div role="alert" className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        as="h1"
        title="This page could not be shown"
        action={
          // A page that failed on the server has to be requested again: rendering it again is not enough.
          <Button look="primary" onClick={() => window.location.reload()}>
            Try again
          </Button>
        }
      >
        Your tasks and conversations are safe. If trying again does not help, the database may be
        unreachable: try again in a minute.
      </EmptyState>
    </div>
  );
}

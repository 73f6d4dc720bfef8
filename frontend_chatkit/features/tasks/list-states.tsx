import { Button, buttonClasses } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { type Filter, isNarrowed } from "@/features/tasks/filter";
import type { Connection } from "@/features/tasks/follow";
import { BffError, errorMessage } from "@/lib/bff";

const BOX = "rounded-2xl border border-line bg-surface";

type EmptyProps = { filter: Filter; onClear: () => void };

/** Shown where no task matches. */
export function ListEmpty({ filter, onClear }: EmptyProps) {
  if (isNarrowed(filter)) {
    return (
      <div className={BOX}>
        <EmptyState title="No task fits" action={<Button onClick={onClear}>Clear filters</Button>}>
          Search for other words, or show more of your tasks.
        </EmptyState>
      </div>
    );
  }
  return <div className={BOX}>{NONE[filter.status]}</div>;
}

const NONE = {
  all: (
    <EmptyState title="No tasks yet">
      Type one above and press Enter, or ask for it in the chat.
    </EmptyState>
  ),
  pending: (
    <EmptyState title="Nothing to do here">
      Type a task above, such as “Pay the rent friday 9am every month #home”, and press Enter. Or
      ask for it in the chat.
    </EmptyState>
  ),
  completed: <EmptyState title="Nothing done yet">Completed tasks are listed here.</EmptyState>,
};

type FailureProps = { error: unknown; filter: Filter; onRetry: () => void; onClear: () => void };

/** The error that prevented the list from loading, with what can be done. */
export function ListFailure({ error, filter, onRetry, onClear }: FailureProps) {
  if (error instanceof BffError && error.status === 401) return <SignedOut />;
  if (error instanceof BffError && error.code === "list_not_found") {
    return (
      <div className={BOX}>
        <EmptyState
          title="This list does not exist any more"
          action={
            <a href="/tasks" className={buttonClasses()}>
              Show all tasks
            </a>
          }
        />
      </div>
    );
  }
  return (
    <Notice tone="danger">
      <div className="flex flex-wrap items-center gap-3">
        <p className="flex-1">Your tasks could not be read. {errorMessage(error)}</p>
        {isNarrowed(filter) && (
          <Button size="small" onClick={onClear}>
            Clear filters
          </Button>
        )}
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      </div>
    </Notice>
  );
}

/** A notice while the list may be out of date. */
export function ConnectionNotice({ connection }: { connection: Connection }) {
  return (
    <output className="block empty:hidden">
      {connection === "offline" && (
        <Notice tone="warn">
          You are offline. The list may be out of date, and changes can’t be saved until you are
          online again.
        </Notice>
      )}
      {connection === "lost" && (
        <Notice tone="warn">
          Todochat can’t be reached at the moment. The list may be out of date; it updates
          automatically once the connection is back.
        </Notice>
      )}
      {connection === "signed-out" && <SignedOut />}
    </output>
  );
}

function SignedOut() {
  return (
    <Notice tone="warn">
      <div className="flex flex-wrap items-center gap-3">
        <p className="flex-1">You are signed out. Sign in again to see your tasks.</p>
        <a href="/login?next=/tasks" className={buttonClasses({ size: "small" })}>
          Sign in
        </a>
      </div>
    </Notice>
  );
}

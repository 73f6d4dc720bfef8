import { Button, buttonClasses } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { type Filter, isNarrowed } from "@/features/tasks/filter";
import type { Connection } from "@/features/tasks/follow";
import { BffError, sentence } from "@/lib/bff";

const BOX = "rounded-2xl border border-line bg-surface";

type EmptyProps = { filter: Filter; onClear: () => void };

/** Stands where no task fits. */
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
  pending: <EmptyState title="All done">Nothing is left to do. Add a task above.</EmptyState>,
  completed: <EmptyState title="Nothing done yet">Tasks that you tick come here.</EmptyState>,
};

type FailureProps = { error: unknown; filter: Filter; onRetry: () => void; onClear: () => void };

/** Says why the list could not be read, and what to do. */
export function ListFailure({ error, filter, onRetry, onClear }: FailureProps) {
  if (error instanceof BffError && error.status === 401) return <SignedOut />;
  return (
    <Notice tone="danger">
      <div className="flex flex-wrap items-center gap-3">
        <p className="flex-1">Your tasks could not be read. {sentence(error)}</p>
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

/** Says so when what shows may be out of date. */
export function ConnectionNotice({ connection }: { connection: Connection }) {
  return (
    <output className="block empty:hidden">
      {connection === "offline" && (
        <Notice tone="warn">
          You are offline. The list may be out of date, and changes can be saved when you are back.
        </Notice>
      )}
      {connection === "lost" && (
        <Notice tone="warn">
          Todochat can’t be reached at the moment. The list may be out of date; it comes up to date
          by itself.
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

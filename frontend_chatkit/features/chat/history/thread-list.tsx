"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { DeleteDialog, RenameDialog } from "@/features/chat/history/dialogs";
import type { History, Threads } from "@/features/chat/history/history";
import { ThreadRow } from "@/features/chat/history/thread-row";
import { PlusIcon } from "@/features/chat/icons";
import type { Thread } from "@/features/chat/protocol/types";

/** The list of conversations; `onOpen` is called with null for a new one. */
export function ThreadList({
  history,
  state,
  current,
  onOpen,
}: {
  history: History;
  state: Threads;
  current: string | null;
  onOpen: (threadId: string | null) => void;
}) {
  const [renaming, setRenaming] = useState<Thread | null>(null);
  const [deleting, setDeleting] = useState<Thread | null>(null);
  const begin = useRef<HTMLButtonElement>(null);
  const removed = useRef(false);
  const remove = async (thread: Thread) => {
    await history.remove(thread.id);
    removed.current = true;
    if (thread.id === current) onOpen(null);
  };
  useEffect(() => {
    // The button that had the focus was removed with its conversation.
    if (!deleting && removed.current) begin.current?.focus();
    removed.current = false;
  }, [deleting]);
  return (
    <nav aria-label="Conversations" className="flex min-h-0 flex-1 flex-col gap-3 p-3">
      <Button ref={begin} onClick={() => onOpen(null)}>
        <PlusIcon />
        New conversation
      </Button>
      <div className="relative -mx-1 min-h-0 flex-1 overflow-y-auto px-1">
        <ul className="flex flex-col gap-0.5">
          {state.threads.map((thread) => (
            <ThreadRow
              key={thread.id}
              thread={thread}
              current={thread.id === current}
              onOpen={() => onOpen(thread.id)}
              onRename={() => setRenaming(thread)}
              onDelete={() => setDeleting(thread)}
            />
          ))}
        </ul>
        <Rest state={state} history={history} />
      </div>
      <RenameDialog
        thread={renaming}
        onClose={() => setRenaming(null)}
        onRename={(thread, title) => history.rename(thread.id, title)}
      />
      <DeleteDialog thread={deleting} onClose={() => setDeleting(null)} onDelete={remove} />
    </nav>
  );
}

/** Below the conversations: the loading state, an error, or a button that loads more. */
function Rest({ state, history }: { state: Threads; history: History }) {
  if (state.phase === "loading") {
    return (
      <p className="flex justify-center p-4 text-muted">
        <Spinner label="Loading conversations" />
      </p>
    );
  }
  if (state.error) {
    return (
      <div className="flex flex-col items-start gap-2 p-3 text-sm">
        <p className="text-danger">{state.error}</p>
        <Button size="small" onClick={() => void history.load()}>
          Try again
        </Button>
      </div>
    );
  }
  if (state.more) {
    return (
      <Button look="ghost" size="small" onClick={() => void history.loadMore()}>
        Show more
      </Button>
    );
  }
  return state.threads.length ? null : (
    <p className="p-3 text-sm text-muted">Your conversations will be listed here.</p>
  );
}

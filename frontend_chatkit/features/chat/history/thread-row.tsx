"use client";

import { PencilIcon, TrashIcon } from "@/features/chat/icons";
import type { Thread } from "@/features/chat/protocol/types";
import { classes } from "@/lib/classes";

const SMALL =
  "grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-line hover:text-text";

/** A conversation in the list, with buttons that open, rename and delete it. */
export function ThreadRow({
  thread,
  current,
  onOpen,
  onRename,
  onDelete,
}: {
  thread: Thread;
  current: boolean;
  onOpen: () => void;
  onRename: () => void;
  onDelete: () => void;
}) {
  const title = thread.title ?? "New conversation";
  return (
    <li
      className={classes(
        "group flex items-center rounded-lg pr-1 focus-within:bg-raised hover:bg-raised",
        current && "bg-raised",
      )}
    >
      <button
        type="button"
        aria-current={current ? "true" : undefined}
        title={title}
        className={classes(
          "min-h-10 min-w-0 flex-1 truncate rounded-lg px-3 text-left text-sm",
          current && "font-medium",
        )}
        onClick={onOpen}
      >
        {title}
      </button>
      <span
        className={classes(
          "flex",
          !current &&
            "pointer-fine:sr-only pointer-fine:group-focus-within:not-sr-only pointer-fine:group-hover:not-sr-only",
        )}
      >
        <button type="button" aria-label={`Rename ${title}`} className={SMALL} onClick={onRename}>
          <PencilIcon />
        </button>
        <button type="button" aria-label={`Delete ${title}`} className={SMALL} onClick={onDelete}>
          <TrashIcon />
        </button>
      </span>
    </li>
  );
}

"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import { useChatTasks } from "@/features/chat/chat-tasks";
import { PendingRow, type Press } from "@/features/chat/items/pending-row";
import { isSuggestions } from "@/features/chat/items/suggestions";
import { type ListedTask, listedTasks } from "@/features/chat/items/task-list";
import type { WidgetItem } from "@/features/chat/protocol/types";
import { TaskRow } from "@/features/tasks/task-row";

type WidgetProps = {
  item: WidgetItem;
  /** Whether a long list is cut, so that what the reply says and suggests is in sight together. */
  isShort: boolean;
  onPress: Press;
};

/** A widget: a list of tasks, or the plain text of any other one. */
export function Widget({ item, isShort, onPress }: WidgetProps) {
  const listed = useMemo(() => listedTasks(item.widget), [item.widget]);
  if (isSuggestions(item)) return null;
  if (!listed) {
    return item.copy_text ? <p className="whitespace-pre-wrap">{item.copy_text}</p> : null;
  }
  return <TaskCards itemId={item.id} listed={listed} isShort={isShort} onPress={onPress} />;
}

type CardsProps = Omit<WidgetProps, "item"> & { itemId: string; listed: ListedTask[] };

const SHORT_ROWS = 3;

/** The tasks of a reply as they are now; those that are not loaded yet as they were in it. */
function TaskCards({ itemId, listed, isShort, onPress }: CardsProps) {
  const [isOpen, setOpen] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const isCut = isShort && !isOpen && listed.length > SHORT_ROWS + 1;
  const shown = isCut ? listed.slice(0, SHORT_ROWS) : listed;
  const { today, taskOf, load, onTick, onEdit, onDelete } = useChatTasks();
  useEffect(() => {
    load(listed.map(({ id }) => id).filter((id) => id !== null));
  }, [listed, load]);
  const showAll = () => {
    // The button that has the focus is gone.
    list.current?.focus();
    setOpen(true);
  };
  return (
    <ul
      ref={list}
      tabIndex={-1}
      aria-label="Tasks"
      className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface"
    >
      {shown.map((one) => {
        const task = one.id === null ? undefined : taskOf(one.id);
        return task ? (
          <TaskRow
            key={one.key}
            task={task}
            today={today}
            marked={false}
            showsList
            onTick={onTick}
            onEdit={onEdit}
            onDelete={onDelete}
            onPickTag={showTag}
          />
        ) : (
          <PendingRow
            key={one.key}
            listed={one}
            isDeleted={task === null}
            onPress={(action) => onPress(itemId, action)}
          />
        );
      })}
      {isCut && (
        <li>
          <button
            type="button"
            className="min-h-11 w-full px-4 text-left text-sm font-medium text-accent-strong hover:bg-raised"
            onClick={showAll}
          >
            Show all {listed.length}
          </button>
        </li>
      )}
    </ul>
  );
}

function showTag(tag: string): void {
  window.location.assign(`/tasks?${new URLSearchParams({ tag })}`);
}

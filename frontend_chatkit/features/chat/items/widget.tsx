"use client";

import { useEffect, useMemo } from "react";
import { useChatTasks } from "@/features/chat/chat-tasks";
import { PendingRow, type Press } from "@/features/chat/items/pending-row";
import { isSuggestions } from "@/features/chat/items/suggestions";
import { type ListedTask, listedTasks } from "@/features/chat/items/task-list";
import type { WidgetItem } from "@/features/chat/protocol/types";
import { TaskRow } from "@/features/tasks/task-row";

/** A widget: a list of tasks, or the plain text of any other one. */
export function Widget({ item, onPress }: { item: WidgetItem; onPress: Press }) {
  const listed = useMemo(() => listedTasks(item.widget), [item.widget]);
  if (isSuggestions(item)) return null;
  if (!listed) {
    return item.copy_text ? <p className="whitespace-pre-wrap">{item.copy_text}</p> : null;
  }
  return <TaskCards itemId={item.id} listed={listed} onPress={onPress} />;
}

type CardsProps = { itemId: string; listed: ListedTask[]; onPress: Press };

/** The tasks of a reply as they are now; those that are not loaded yet as they were in it. */
function TaskCards({ itemId, listed, onPress }: CardsProps) {
  const { today, taskOf, load, onTick, onEdit, onDelete } = useChatTasks();
  useEffect(() => {
    load(listed.map(({ id }) => id).filter((id) => id !== null));
  }, [listed, load]);
  return (
    <ul
      aria-label="Tasks"
      className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface"
    >
      {listed.map((one) => {
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
    </ul>
  );
}

function showTag(tag: string): void {
  window.location.assign(`/tasks?${new URLSearchParams({ tag })}`);
}

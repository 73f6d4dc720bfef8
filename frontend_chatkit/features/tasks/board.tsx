"use client";

import { useEffect, useMemo, useRef } from "react";
import {
  type Address,
  addressOf,
  type Filter,
  matches,
  NO_FILTER,
  queryString,
} from "@/features/tasks/filter";
import { focusRow, showRow } from "@/features/tasks/focus";
import { ConnectionNotice, EditDialog, preload } from "@/features/tasks/lazy";
import { ListBody } from "@/features/tasks/list-body";
import { QuickAdd } from "@/features/tasks/quick-add";
import type { Task } from "@/features/tasks/task";
import { Toolbar } from "@/features/tasks/toolbar";
import { useCommands } from "@/features/tasks/use-commands";
import { useOpened } from "@/features/tasks/use-opened";
import { useTasks } from "@/features/tasks/use-tasks";
import { useToday } from "@/features/tasks/use-today";
import { neighbourOf, taskOf, view } from "@/features/tasks/view";

type BoardProps = {
  /** The query string of the page's address. */
  query: string;
  /** Set the page's query string; `isPlace` adds an entry to the browser's history. */
  onQuery: (query: string, isPlace: boolean) => void;
};

/** The page of tasks, without the router. */
export function TaskBoard({ query, onQuery }: BoardProps) {
  const address = useAddress(query);
  const { filter, task: openId } = address;
  const tasks = useTasks(filter);
  const commands = useCommands(tasks);
  const today = useToday();
  const { state } = tasks;
  const shown = useMemo(() => view(state), [state]);

  const go = (to: Partial<Address>, isPlace = false) =>
    onQuery(queryString({ ...address, ...to }), isPlace);
  const onFilter = (some: Partial<Filter>) => go({ filter: { ...filter, ...some } });
  const close = () => go({ task: null });

  const opened = useOpened(openId, tasks.find, close);
  const isRead = state.reach !== null;
  useEffect(() => {
    if (openId !== null && isRead) showRow(openId);
  }, [openId, isRead]);

  useEffect(() => void preload(), []);

  const returnTo = useFocusAfter(opened?.id ?? null);
  /** Move the focus to a neighbour before the row that has it is removed. */
  const focusNeighbour = (task: Task) => returnTo(neighbourOf(shown, task.id));
  const remove = (task: Task) => {
    focusNeighbour(task);
    void commands.remove(task);
  };
  const tick = (task: Task, completed: boolean) => {
    if (!matches({ ...task, completed }, filter)) focusNeighbour(task);
    void commands.tick(task, completed);
  };

  return (
    <div className="relative mx-auto flex max-w-3xl flex-col gap-4 px-4 pt-6 pb-24 sm:pt-8">
      <header className="flex items-baseline gap-3">
        <h1 className="text-2xl font-semibold">Tasks</h1>
        <output className="text-muted">{isRead && countLabel(shown.total)}</output>
      </header>
      <QuickAdd today={today} onAdd={commands.add} />
      <Toolbar filter={filter} today={today} onFilter={onFilter} />
      <ConnectionNotice connection={tasks.connection} />
      <ListBody
        state={state}
        view={shown}
        today={today}
        marked={openId}
        onRetry={() => void tasks.list()}
        onMore={() => void tasks.more()}
        onClear={() => go({ filter: { ...NO_FILTER, status: filter.status, sort: filter.sort } })}
        onTick={tick}
        onEdit={(task) => go({ task: task.id }, true)}
        onDelete={remove}
        onPickTag={(tag) => onFilter({ tag })}
      />
      {opened && (
        <EditDialog
          key={opened.id}
          opened={opened}
          current={taskOf(state, opened.id)}
          today={today}
          onClose={close}
          onSave={(update) => {
            void commands.update(opened, update);
            close();
          }}
          onDelete={() => {
            remove(opened);
            close();
          }}
        />
      )}
    </div>
  );
}

/** Parse the address; an unchanged filter stays the same object. */
function useAddress(query: string): Address {
  const { filter, task } = addressOf(query);
  const narrowed = queryString({ filter, task: null });
  const stable = useMemo(() => addressOf(narrowed).filter, [narrowed]);
  return { filter: stable, task };
}

/**
 * Focus the row of a task when its dialog closes. The returned function sets another row to focus:
 * immediately, or when the dialog closes, because the page below a dialog can't have the focus.
 */
function useFocusAfter(openedId: number | null): (id: number | null) => void {
  const target = useRef<number | null>(null);
  useEffect(() => {
    if (openedId === null) return;
    target.current = openedId;
    return () => focusRow(target.current);
  }, [openedId]);
  return (id) => {
    if (openedId === null) focusRow(id);
    else target.current = id;
  };
}

function countLabel(total: number): string {
  return total === 1 ? "1 task" : `${total} tasks`;
}

"use client";

import { useEffect, useMemo, useRef } from "react";
import {
  type Address,
  addressOf,
  type Filter,
  matches,
  NO_FILTER,
  NOT_NARROWED,
  queryString,
} from "@/features/tasks/filter";
import { focusRow, showRow } from "@/features/tasks/focus";
import { ConnectionNotice, EditDialog, preload, Toolbar } from "@/features/tasks/lazy";
import { ListBody } from "@/features/tasks/list-body";
import { listOf, type Place } from "@/features/tasks/place";
import { PlaceLayout } from "@/features/tasks/place-layout";
import { QuickAdd } from "@/features/tasks/quick-add";
import type { Task } from "@/features/tasks/task";
import { useCommands } from "@/features/tasks/use-commands";
import { useLists } from "@/features/tasks/use-lists";
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
  const today = useToday();
  const address = useAddress(query, today);
  const { filter, task: openId } = address;
  const tasks = useTasks(filter);
  const commands = useCommands(tasks);
  const lists = useLists(tasks.store, today, () => void tasks.list());
  const listNames = useMemo(() => lists.lists?.lists.map(({ name }) => name) ?? [], [lists.lists]);
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

  const goTo = (place: Place) => go({ filter: { ...NO_FILTER, ...place } }, true);

  return (
    <PlaceLayout place={filter} total={isRead ? shown.total : null} lists={lists} onGo={goTo}>
      <QuickAdd
        today={today}
        listNames={listNames}
        defaults={{
          list: listOf(filter) ?? "",
          due_on: filter.view === "today" ? today : "",
        }}
        onAdd={commands.add}
      />
      <Toolbar filter={filter} today={today} onFilter={onFilter} />
      <ConnectionNotice connection={tasks.connection} />
      <ListBody
        state={state}
        view={shown}
        today={today}
        marked={openId}
        onRetry={() => void tasks.list()}
        onMore={() => void tasks.more()}
        onClear={() => onFilter(NOT_NARROWED)}
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
          listNames={listNames}
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
    </PlaceLayout>
  );
}

/** Parse the address; an unchanged filter stays the same object. */
function useAddress(query: string, today: string): Address {
  const { filter, task } = addressOf(query, today);
  const narrowed = queryString({ filter, task: null });
  const stable = useMemo(() => addressOf(narrowed, filter.today).filter, [narrowed, filter.today]);
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

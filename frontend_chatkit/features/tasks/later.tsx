"use client";

import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { ListSkeleton } from "@/features/tasks/list-skeleton";

/** Make a component that is loaded beside the page, and shows once it is there. */
function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: ReactNode = null,
) {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function Later(props: Props): ReactNode {
    return (
      <Suspense fallback={meanwhile}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}

const loadStates = () => import("@/features/tasks/list-states");
const loadTaskList = async () => (await import("@/features/tasks/task-list")).TaskList;
const loadActiveFilters = async () =>
  (await import("@/features/tasks/active-filters")).ActiveFilters;
const loadEditDialog = async () => (await import("@/features/tasks/edit-dialog")).EditDialog;
const loadFactFields = async () => (await import("@/features/tasks/task-fields")).FactFields;
const loadFilterPanel = async () => (await import("@/features/tasks/filter-panel")).FilterPanel;

export const ListEmpty = later(async () => (await loadStates()).ListEmpty);
export const ListFailure = later(async () => (await loadStates()).ListFailure);
export const ConnectionNotice = later(async () => (await loadStates()).ConnectionNotice);
export const TaskList = later(loadTaskList, <ListSkeleton />);
export const ActiveFilters = later(loadActiveFilters);
export const EditDialog = later(loadEditDialog);
export const FactFields = later(loadFactFields);
export const FilterPanel = later(loadFilterPanel);

/** Load all of it before it is needed, so that it is there when it is, even offline. */
export async function loadTheRest(): Promise<void> {
  await Promise.allSettled([
    loadStates(),
    loadTaskList(),
    loadActiveFilters(),
    loadEditDialog(),
    loadFactFields(),
    loadFilterPanel(),
  ]);
}

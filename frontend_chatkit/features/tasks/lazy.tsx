"use client";

import { type ComponentType, lazy, type ReactNode, Suspense } from "react";

const ROWS = ["w-3/5", "w-2/5", "w-1/2", "w-1/3"];

/** Placeholder of the list while it is loading. */
export function ListSkeleton() {
  return (
    <output className="block divide-y divide-line rounded-2xl border border-line bg-surface">
      <span className="sr-only">Loading your tasks</span>
      {ROWS.map((width) => (
        <div key={width} className="flex animate-pulse items-center gap-3 px-4 py-4">
          <span className="size-7 rounded-full bg-raised" />
          <span className={`h-4 rounded bg-raised ${width}`} />
        </div>
      ))}
    </output>
  );
}

/** Return a component that is loaded separately from the page; `fallback` is shown until then. */
function lazyComponent<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: ReactNode = null,
) {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function Lazy(props: Props): ReactNode {
    return (
      <Suspense fallback={meanwhile}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}

const loadStates = () => import("@/features/tasks/list-states");
const loadTaskList = async () => (await import("@/features/tasks/task-list")).TaskList;
const loadEditing = () => import("@/features/tasks/editing");
const loadToolbar = async () => (await import("@/features/tasks/toolbar")).Toolbar;
const loadRail = () => import("@/features/tasks/rail");
const loadFilters = () => import("@/features/tasks/filter-panel");

export const ListEmpty = lazyComponent(async () => (await loadStates()).ListEmpty);
export const ListFailure = lazyComponent(async () => (await loadStates()).ListFailure);
export const ConnectionNotice = lazyComponent(async () => (await loadStates()).ConnectionNotice);
export const TaskList = lazyComponent(loadTaskList, <ListSkeleton />);
export const ActiveFilters = lazyComponent(async () => (await loadFilters()).ActiveFilters);
export const EditDialog = lazyComponent(async () => (await loadEditing()).EditDialog);
export const DetailFields = lazyComponent(async () => (await loadEditing()).DetailFields);
export const Recognised = lazyComponent(async () => (await loadEditing()).Recognised);
export const Toolbar = lazyComponent(loadToolbar, <div className="min-h-10" />);
export const Rail = lazyComponent(async () => (await loadRail()).Rail);
export const RailDrawer = lazyComponent(async () => (await loadRail()).RailDrawer);
export const FilterPanel = lazyComponent(async () => (await loadFilters()).FilterPanel);

/** Load all of them before they are needed, so that they also work offline. */
export async function preload(): Promise<void> {
  await Promise.allSettled([
    loadStates(),
    loadRail(),
    loadToolbar(),
    loadTaskList(),
    loadEditing(),
    loadFilters(),
  ]);
}

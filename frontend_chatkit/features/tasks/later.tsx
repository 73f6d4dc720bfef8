"use client";

import { type ComponentType, lazy, type ReactNode, Suspense } from "react";

/** Make a component that is loaded after the page, and shows once it is there. */
function later<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function Later(props: Props): ReactNode {
    return (
      <Suspense>
        <Loaded {...props} />
      </Suspense>
    );
  };
}

const loadEditDialog = async () => (await import("@/features/tasks/edit-dialog")).EditDialog;
const loadFactFields = async () => (await import("@/features/tasks/task-fields")).FactFields;
const loadFilterPanel = async () => (await import("@/features/tasks/filter-panel")).FilterPanel;

export const EditDialog = later(loadEditDialog);
export const FactFields = later(loadFactFields);
export const FilterPanel = later(loadFilterPanel);

/** Load what is not needed at first, so that it is there when it is, even offline. */
export async function loadTheRest(): Promise<void> {
  await Promise.allSettled([loadEditDialog(), loadFactFields(), loadFilterPanel()]);
}

/** The element id of a task's row. */
export function rowId(id: number): string {
  return `task-${id}`;
}

/** Put the focus on a task's row, if it has one, once what is being shown now has settled. */
export function focusRow(id: number | null): void {
  if (id === null) return;
  requestAnimationFrame(() => document.getElementById(rowId(id))?.focus());
}

/** Bring a task's row into sight. */
export function showRow(id: number): void {
  document.getElementById(rowId(id))?.scrollIntoView({ block: "nearest" });
}

/** The element id of a task's row. */
export function rowId(id: number): string {
  return `task-${id}`;
}

/** Focus a task's row, if it has one, after the next render. */
export function focusRow(id: number | null): void {
  if (id === null) return;
  requestAnimationFrame(() => document.getElementById(rowId(id))?.focus());
}

/** Scroll a task's row into view. */
export function showRow(id: number): void {
  document.getElementById(rowId(id))?.scrollIntoView({ block: "nearest" });
}

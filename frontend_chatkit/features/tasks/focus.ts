import { rowId } from "@/features/tasks/task-row";

/** Put the focus on a row, once what is being shown now has settled. */
export function focusRow(id: number): void {
  requestAnimationFrame(() => document.getElementById(rowId(id))?.focus());
}

/** Put the focus on the neighbour of a row that goes away, so that it isn't lost with it. */
export function focusBeside(id: number): void {
  const row = document.getElementById(rowId(id));
  const beside = row?.nextElementSibling ?? row?.previousElementSibling;
  if (beside instanceof HTMLElement) requestAnimationFrame(() => beside.focus());
}

/** Bring a row into sight. */
export function showRow(id: number): void {
  document.getElementById(rowId(id))?.scrollIntoView({ block: "center" });
}

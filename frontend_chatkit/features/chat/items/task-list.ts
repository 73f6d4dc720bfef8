import type { Component, WidgetAction } from "@/features/chat/protocol/types";

/** A task as a widget shows it, with what its buttons ask for. */
export type TaskRow = {
  key: string;
  title: string;
  notes: string;
  struck: boolean;
  done: boolean;
  toggle: WidgetAction | null;
  remove: WidgetAction | null;
};

/** Read the tasks off a widget, or return null if it is no list of tasks. */
export function taskRows(widget: Component): TaskRow[] | null {
  if (widget.type !== "ListView") return null;
  const rows = (widget.children ?? []).map(taskRow);
  return rows.every((row) => row !== null) ? rows : null;
}

function taskRow(row: Component, index: number): TaskRow | null {
  const parts = row.children ?? [];
  const words = parts.find(({ type }) => type === "Col")?.children ?? [];
  const title = words.find(({ type }) => type === "Text");
  if (typeof title?.value !== "string") return null;
  const actions = parts.map(actionOf).filter((action) => action !== null);
  const toggle = actions.find(({ type }) => type === "complete" || type === "reopen") ?? null;
  return {
    key: typeof row.key === "string" ? row.key : String(index),
    title: title.value,
    notes: String(words.find(({ type }) => type === "Caption")?.value ?? ""),
    struck: title.lineThrough === true,
    done: toggle?.type === "reopen",
    toggle,
    remove: actions.find(({ type }) => type === "delete") ?? null,
  };
}

function actionOf({ type, onClickAction }: Component): WidgetAction | null {
  if (type !== "Button" || typeof onClickAction !== "object" || !onClickAction) return null;
  const { type: name, payload } = onClickAction as Partial<WidgetAction>;
  return typeof name === "string" ? { type: name, payload } : null;
}

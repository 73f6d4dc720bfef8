import type { Component, WidgetAction } from "@/features/chat/protocol/types";

/** A task in a widget, with the actions of its buttons. */
export type TaskRow = {
  key: string;
  title: string;
  notes: string;
  struck: boolean;
  done: boolean;
  toggle: WidgetAction | null;
  remove: WidgetAction | null;
};

/** Return the tasks of a widget, or null if it is not a task list. */
export function taskRows(widget: Component): TaskRow[] | null {
  if (widget.type !== "ListView") return null;
  const rows = (widget.children ?? []).map(taskRow);
  return rows.every((row) => row !== null) ? rows : null;
}

function taskRow(row: Component, index: number): TaskRow | null {
  const parts = row.children ?? [];
  const texts = parts.find(({ type }) => type === "Col")?.children ?? [];
  const title = texts.find(({ type }) => type === "Text");
  if (typeof title?.value !== "string") return null;
  const actions = parts.map(actionOf).filter((action) => action !== null);
  const toggle = actions.find(({ type }) => type === "complete" || type === "reopen") ?? null;
  return {
    key: typeof row.key === "string" ? row.key : String(index),
    title: title.value,
    notes: String(texts.find(({ type }) => type === "Caption")?.value ?? ""),
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

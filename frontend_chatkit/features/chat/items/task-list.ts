import type { Component, WidgetAction } from "@/features/chat/protocol/types";

const KEY = /^task-(\d+)$/;

/** A task in a widget as it was then, with the actions of its buttons. */
export type ListedTask = {
  key: string;
  /** The task's number, by the key of its row. */
  id: number | null;
  title: string;
  struck: boolean;
  done: boolean;
  toggle: WidgetAction | null;
  remove: WidgetAction | null;
};

/** Return the tasks of a widget, or null if it is not a task list. */
export function listedTasks(widget: Component): ListedTask[] | null {
  if (widget.type !== "ListView") return null;
  const rows = (widget.children ?? []).map(listedTask);
  return rows.every((row) => row !== null) ? rows : null;
}

function listedTask(row: Component, index: number): ListedTask | null {
  const parts = row.children ?? [];
  const texts = parts.find(({ type }) => type === "Col")?.children ?? [];
  const title = texts.find(({ type }) => type === "Text");
  if (typeof title?.value !== "string") return null;
  const actions = parts.map(actionOf).filter((action) => action !== null);
  const toggle = actions.find(({ type }) => type === "complete" || type === "reopen") ?? null;
  return {
    key: typeof row.key === "string" ? row.key : String(index),
    id: idOf(row.key),
    title: title.value,
    struck: title.lineThrough === true,
    done: toggle?.type === "reopen",
    toggle,
    remove: actions.find(({ type }) => type === "delete") ?? null,
  };
}

function idOf(key: unknown): number | null {
  const [, id] = KEY.exec(String(key)) ?? [];
  return id ? Number(id) : null;
}

function actionOf({ type, onClickAction }: Component): WidgetAction | null {
  if (type !== "Button" || typeof onClickAction !== "object" || !onClickAction) return null;
  const { type: name, payload } = onClickAction as Partial<WidgetAction>;
  return typeof name === "string" ? { type: name, payload } : null;
}

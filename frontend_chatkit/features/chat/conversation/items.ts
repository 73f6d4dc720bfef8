import type { ItemUpdate, ThreadItem, UserMessage } from "@/features/chat/protocol/types";

const KNOWN = new Set(["user_message", "assistant_message", "workflow", "widget"]);

// The items of a reply, in the order in which they are shown and stored.
const ORDER = { user_message: 0, workflow: 1, assistant_message: 2, widget: 3 };

/** A message of the user, with the items of its reply. */
export type Exchange = { id: string; userMessage: UserMessage | null; reply: ThreadItem[] };

/** Return the items with `item` in place of the one with its id, or else appended. */
export function withItem(items: ThreadItem[], item: ThreadItem): ThreadItem[] {
  if (!KNOWN.has(item.type)) return items;
  const index = items.findIndex(({ id }) => id === item.id);
  return index < 0 ? [...items, item] : items.with(index, item);
}

/** Return the items of a page, oldest first, without types that are not shown. */
export function itemsOf(data: ThreadItem[]): ThreadItem[] {
  return data.filter(({ type }) => KNOWN.has(type)).reverse();
}

/** Return an item with an update applied; an update that does not fit is ignored. */
export function withUpdate(item: ThreadItem, update: ItemUpdate): ThreadItem {
  switch (update.type) {
    case "assistant_message.content_part.added":
    case "assistant_message.content_part.done":
      return withPart(item, update.content_index, () => update.content.text);
    case "assistant_message.content_part.text_delta":
      return withPart(item, update.content_index, (text) => text + update.delta);
    case "workflow.task.added":
    case "workflow.task.updated": {
      if (item.type !== "workflow") return item;
      const tasks = placed(item.workflow.tasks, update.task_index, update.task);
      return { ...item, workflow: { ...item.workflow, tasks } };
    }
    case "widget.root.updated":
      return item.type === "widget" ? { ...item, widget: update.widget } : item;
    default:
      return item;
  }
}

/** Group the items into exchanges, one per message of the user, oldest first. */
export function exchanges(items: ThreadItem[]): Exchange[] {
  const groups: Exchange[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (item.type === "user_message") groups.push({ id: item.id, userMessage: item, reply: [] });
    else if (last) last.reply.push(item);
    else groups.push({ id: item.id, userMessage: null, reply: [item] });
  }
  for (const { reply } of groups) reply.sort((one, other) => ORDER[one.type] - ORDER[other.type]);
  return groups;
}

/** Return the id of the message that an item shows, or shows a part of. */
export function messageOf(itemId: string): string {
  return itemId.split(".", 1)[0] ?? itemId;
}

/** Return the last message of the user. */
export function lastUserMessage(items: ThreadItem[]): UserMessage | null {
  return items.findLast((item) => item.type === "user_message") ?? null;
}

function withPart(item: ThreadItem, index: number, change: (text: string) => string): ThreadItem {
  if (item.type !== "assistant_message") return item;
  const content = placed(item.content, index, { text: change(item.content[index]?.text ?? "") });
  return { ...item, content };
}

/** Return the list with a value at an index that is in it or right behind it. */
function placed<T>(list: T[], index: number, value: T): T[] {
  return index < list.length ? list.with(index, value) : [...list, value];
}

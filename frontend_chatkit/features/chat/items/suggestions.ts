import type { ThreadItem, WidgetItem } from "@/features/chat/protocol/types";

/** The action of a button that has the client send a message. */
export const SEND_ACTION = "send";

/** Whether a widget is a row of messages that the user may send next. */
export function isSuggestions({ widget }: WidgetItem): boolean {
  return widget.type === "Basic" && messagesOf(widget.children ?? []).length > 0;
}

/** Return the messages that the user may send next, by the widgets of a reply. */
export function suggestionsOf(reply: readonly ThreadItem[]): string[] {
  return reply.flatMap((item) =>
    item.type === "widget" && isSuggestions(item) ? messagesOf(item.widget.children ?? []) : [],
  );
}

function messagesOf(buttons: WidgetItem["widget"][]): string[] {
  return buttons.flatMap(({ onClickAction }) => {
    const { type, payload } = (onClickAction ?? {}) as {
      type?: string;
      payload?: { text?: string };
    };
    return type === SEND_ACTION && payload?.text ? [payload.text] : [];
  });
}

"use client";

import { memo } from "react";
import { type Exchange as ExchangeOf, messageOf } from "@/features/chat/conversation/items";
import type { Conversation } from "@/features/chat/conversation/reducer";
import { withoutListedTasks } from "@/features/chat/items/listed-text";
import type { Press } from "@/features/chat/items/pending-row";
import { type Rate, ReplyActions } from "@/features/chat/items/reply-actions";
import { RichText } from "@/features/chat/items/rich-text";
import { Steps } from "@/features/chat/items/steps";
import { SuggestionChips } from "@/features/chat/items/suggestion-chips";
import { suggestionsOf } from "@/features/chat/items/suggestions";
import { listedTasks } from "@/features/chat/items/task-list";
import { Widget } from "@/features/chat/items/widget";
import { type Feedback, type ThreadItem, textOf } from "@/features/chat/protocol/types";

type Handlers = { onPress: Press; onRate: Rate };

/** A message of the user, and its reply with the actions on it. */
export function Exchange({
  exchange: { userMessage, reply },
  feedback,
  busy,
  onSend,
  onRetry,
  ...handlers
}: Handlers & {
  exchange: ExchangeOf;
  feedback: Conversation["feedback"];
  /** Whether the reply is in progress. */
  busy: boolean;
  /** Sends a suggestion; null where the conversation has gone on. */
  onSend: ((text: string) => void) | null;
  onRetry: (() => void) | null;
}) {
  const suggestions = suggestionsOf(reply);
  return (
    <article className="flex flex-col gap-3">
      {userMessage && (
        <div className="flex justify-end pl-10">
          <h2 className="sr-only">You userInput</h2>
          <p className="min-w-0 rounded-2xl rounded-br-md bg-accent-soft px-4 py-2 break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
            {textOf(userMessage)}
          </p>
        </div>
      )}
      {reply.length > 0 && (
        <div className="flex flex-col gap-3">
          <h2 className="sr-only">Todochat replied</h2>
          {withoutRepeatedTasks(reply).map((item) => (
            <Item key={item.id} item={item} isShort={suggestions.length > 0} {...handlers} />
          ))}
          {!busy && onSend && <SuggestionChips suggestions={suggestions} onSend={onSend} />}
          {!busy && (
            <Actions
              reply={reply}
              rating={ratingOf(reply, feedback)}
              onRate={handlers.onRate}
              onRetry={onRetry}
            />
          )}
        </div>
      )}
    </article>
  );
}

/** Return a reply whose text does not list the tasks again that are shown as cards. */
function withoutRepeatedTasks(reply: ThreadItem[]): ThreadItem[] {
  const shown = reply.flatMap((item) => (item.type === "widget" && listedTasks(item.widget)) || []);
  if (shown.length === 0) return reply;
  return reply.map((item) =>
    item.type === "assistant_message"
      ? {
          ...item,
          content: item.content.map((part) => ({
            ...part,
            text: withoutListedTasks(part.text, shown),
          })),
        }
      : item,
  );
}

type ItemProps = Handlers & { item: ThreadItem; isShort: boolean };

const Item = memo(function Item({ item, isShort, onPress }: ItemProps) {
  switch (item.type) {
    case "assistant_message":
      return <RichText text={textOf(item)} />;
    case "workflow":
      return <Steps item={item} />;
    case "widget":
      return <Widget item={item} isShort={isShort} onPress={onPress} />;
    case "user_message":
      return null;
  }
});

function Actions({
  reply,
  rating,
  onRate,
  onRetry,
}: {
  reply: ThreadItem[];
  rating: Feedback | null;
  onRate: Rate;
  onRetry: (() => void) | null;
}) {
  return (
    <ReplyActions
      text={copyTextOf(reply)}
      itemIds={reply.map(({ id }) => id)}
      rating={rating}
      onRate={onRate}
      onRetry={onRetry}
    />
  );
}

function ratingOf(reply: ThreadItem[], feedback: Conversation["feedback"]): Feedback | null {
  const rated = reply.map(({ id }) => feedback[messageOf(id)]);
  return rated.find((kind) => kind !== undefined) ?? null;
}

function copyTextOf(reply: ThreadItem[]): string {
  const texts = reply.map((item) => {
    if (item.type === "assistant_message") return textOf(item);
    return item.type === "widget" ? item.copy_text : null;
  });
  return texts.filter(Boolean).join("\n\n");
}

"use client";

import { memo } from "react";
import { type Exchange as ExchangeOf, messageOf } from "@/features/chat/conversation/items";
import type { Conversation } from "@/features/chat/conversation/reducer";
import { type Rate, ReplyActions } from "@/features/chat/items/reply-actions";
import { RichText } from "@/features/chat/items/rich-text";
import { Steps } from "@/features/chat/items/steps";
import { type Press, Widget } from "@/features/chat/items/widget";
import { type Feedback, type ThreadItem, textOf } from "@/features/chat/protocol/types";

type Handlers = { onPress: Press; onRate: Rate };

/** What the user said, and the reply to it with what can be done with that. */
export function Exchange({
  exchange: { question, reply },
  feedback,
  busy,
  onRetry,
  ...handlers
}: Handlers & {
  exchange: ExchangeOf;
  feedback: Conversation["feedback"];
  /** Whether the reply is still to be written to its end. */
  busy: boolean;
  onRetry: (() => void) | null;
}) {
  return (
    <article className="flex flex-col gap-3">
      {question && (
        <div className="flex justify-end pl-10">
          <h2 className="sr-only">You said</h2>
          <p className="min-w-0 rounded-2xl rounded-br-md bg-accent-soft px-4 py-2 break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
            {textOf(question)}
          </p>
        </div>
      )}
      {reply.length > 0 && (
        <div className="flex flex-col gap-3">
          <h2 className="sr-only">Todochat replied</h2>
          {reply.map((item) => (
            <Item key={item.id} item={item} {...handlers} />
          ))}
          {!busy && (
            <Actions
              reply={reply}
              kept={keptOf(reply, feedback)}
              onRate={handlers.onRate}
              onRetry={onRetry}
            />
          )}
        </div>
      )}
    </article>
  );
}

const Item = memo(function Item({ item, onPress }: { item: ThreadItem } & Handlers) {
  switch (item.type) {
    case "assistant_message":
      return <RichText text={textOf(item)} />;
    case "workflow":
      return <Steps item={item} />;
    case "widget":
      return <Widget item={item} onPress={onPress} />;
    case "user_message":
      return null;
  }
});

function Actions({
  reply,
  kept,
  onRate,
  onRetry,
}: {
  reply: ThreadItem[];
  kept: Feedback | null;
  onRate: Rate;
  onRetry: (() => void) | null;
}) {
  return (
    <ReplyActions
      text={copied(reply)}
      itemIds={reply.map(({ id }) => id)}
      kept={kept}
      onRate={onRate}
      onRetry={onRetry}
    />
  );
}

function keptOf(reply: ThreadItem[], feedback: Conversation["feedback"]): Feedback | null {
  const rated = reply.map(({ id }) => feedback[messageOf(id)]);
  return rated.find((kind) => kind !== undefined) ?? null;
}

function copied(reply: ThreadItem[]): string {
  const texts = reply.map((item) => {
    if (item.type === "assistant_message") return textOf(item);
    return item.type === "widget" ? item.copy_text : null;
  });
  return texts.filter(Boolean).join("\n\n");
}

import { describe, expect, test } from "vitest";
import { exchanges } from "@/features/chat/conversation/items";
import { type Conversation, EMPTY, reduce } from "@/features/chat/conversation/reducer";
import type { ItemUpdate, ThreadEvent, ThreadItem } from "@/features/chat/protocol/types";
import { textOf } from "@/features/chat/protocol/types";
import {
  added,
  created,
  delta,
  done,
  reply,
  steps,
  THREAD,
  userMessage,
} from "@/features/chat/testing/responses";

const sent = reduce(EMPTY, { type: "message sent", text: "hello" });

function following(state: Conversation, ...applyEvent: ThreadEvent[]): Conversation {
  return applyEvent.reduce((now, event) => reduce(now, { type: "event", event }), state);
}

function texts({ items }: Conversation): string[] {
  return items.map((item) =>
    item.type === "user_message" || item.type === "assistant_message" ? textOf(item) : item.type,
  );
}

describe("FR-WEB-102: a message and its reply", () => {
  test("a message shows at once, and the stored one takes its place", () => {
    expect(texts(sent)).toEqual(["hello"]);
    const stored = following(sent, created, done(userMessage("q", "hello")));
    expect(stored.items.map(({ id }) => id)).toEqual(["q"]);
    expect([stored.threadId, stored.pending]).toEqual([THREAD, null]);
  });

  test("text grows piece by piece, and the finished item has the last word", () => {
    const growing = following(sent, added(reply("r", "")), delta("r", "Hel"), delta("r", "lo"));
    expect([texts(growing).at(-1), growing.phase]).toEqual(["Hello", "replying"]);
    expect(texts(following(growing, done(reply("r", "Hello!")))).at(-1)).toBe("Hello!");
  });

  test("an item that is told twice is there once", () => {
    const twice = following(
      sent,
      added(reply("r", "a")),
      added(reply("r", "b")),
      done(reply("r", "b")),
    );
    expect(texts(twice)).toEqual(["hello", "b"]);
  });

  test("an update of an item that is not there, or does not fit, changes nothing", () => {
    const state = following(sent, added(steps("r.steps", "Add a task")));
    expect(following(state, delta("r.steps", "x")).items).toEqual(state.items);
    expect(following(state, delta("nowhere", "x")).items).toEqual(state.items);
  });

  test("steps are added and change as they run", () => {
    const update = (applyEvent: ItemUpdate): ThreadEvent => ({
      type: "thread.item.updated",
      item_id: "r.steps",
      update: applyEvent,
    });
    const task = { title: "Add a task", status_indicator: "loading" } as const;
    const over = { title: "Add a task", content: "#1 Milk", status_indicator: "complete" } as const;
    const state = following(
      sent,
      added(steps("r.steps")),
      update({ type: "workflow.task.added", task_index: 0, task }),
      update({ type: "workflow.task.updated", task_index: 0, task: over }),
    );
    expect(state.items.at(-1)).toMatchObject({ workflow: { tasks: [over] } });
  });

  test("items and events of kinds that are not known are passed over", () => {
    const odd = { ...reply("e", ""), type: "end_of_turn" } as unknown as ThreadItem;
    const state = following(sent, done(odd), { type: "client_effect" });
    expect(state.items).toEqual(sent.items);
  });

  test("a reply shows its steps first, its text, and then the tasks", () => {
    const items = [userMessage("q", "hi"), reply("r", "text"), steps("r.steps", "Add a task")];
    const [exchange] = exchanges(items);
    expect(exchange?.reply.map(({ type }) => type)).toEqual(["workflow", "assistant_message"]);
  });
});

describe("FR-WEB-105: trying again", () => {
  test("a failure is kept until something is tried, and says whether it may be", () => {
    const failed = following(sent, { type: "error", message: "No model.", allow_retry: true });
    expect(failed.error).toEqual({ message: "No model.", remedy: "retry" });
    expect(reduce(failed, { type: "phase", phase: "idle" }).error).toEqual(failed.error);
    expect(reduce(failed, { type: "retry started", itemId: "q" }).error).toBeNull();
    expect(following(sent, { type: "error" }).error?.remedy).toBeNull();
  });

  test("asking anew takes away what came after the message", () => {
    const state = following(sent, done(userMessage("q", "hello")), done(reply("r", "Hi")));
    const again = reduce(state, { type: "retry started", itemId: "q" });
    expect([texts(again), again.phase]).toEqual([["hello"], "waiting"]);
  });
});

describe("FR-WEB-109: what was not sent", () => {
  test("a message that was refused comes back to be sent again", () => {
    const error = { message: "Too long.", remedy: "send" } as const;
    const refused = reduce(sent, { type: "send failed", text: "hello", error });
    expect([refused.items, refused.unsent, refused.phase]).toEqual([[], "hello", "idle"]);
  });
});

describe("FR-WEB-107: conversations", () => {
  test("older items come before what is there, and none twice", () => {
    const state = { ...EMPTY, items: [userMessage("b", "b")], earlier: "b" };
    const page = { data: [userMessage("b", "b"), userMessage("a", "a")], has_more: false };
    const loaded = reduce(state, { type: "earlier loaded", page });
    expect([texts(loaded), loaded.earlier]).toEqual([["a", "b"], null]);
  });
});

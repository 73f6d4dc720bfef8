import { expect, test } from "vitest";
import { exchanges } from "@/features/chat/conversation/items";
import { type Conversation, EMPTY, reduced } from "@/features/chat/conversation/reducer";
import type { ItemUpdate, ThreadEvent, ThreadItem } from "@/features/chat/protocol/types";
import { textOf } from "@/features/chat/protocol/types";
import {
  added,
  created,
  delta,
  done,
  question,
  reply,
  steps,
  THREAD,
} from "@/features/chat/testing/answers";

const asked = reduced(EMPTY, { type: "asked", text: "hello" });

function after(state: Conversation, ...told: ThreadEvent[]): Conversation {
  return told.reduce((now, event) => reduced(now, { type: "event", event }), state);
}

function texts({ items }: Conversation): string[] {
  return items.map((item) =>
    item.type === "user_message" || item.type === "assistant_message" ? textOf(item) : item.type,
  );
}

test("FR-WEB-102: a message shows at once, and the stored one takes its place", () => {
  expect(texts(asked)).toEqual(["hello"]);
  const stored = after(asked, created, done(question("q", "hello")));
  expect(stored.items.map(({ id }) => id)).toEqual(["q"]);
  expect([stored.threadId, stored.pending]).toEqual([THREAD, null]);
});

test("FR-WEB-102: text grows piece by piece, and the finished item has the last word", () => {
  const growing = after(asked, added(reply("r", "")), delta("r", "Hel"), delta("r", "lo"));
  expect([texts(growing).at(-1), growing.phase]).toEqual(["Hello", "replying"]);
  expect(texts(after(growing, done(reply("r", "Hello!")))).at(-1)).toBe("Hello!");
});

test("FR-WEB-102: an item that is told twice is there once", () => {
  const twice = after(asked, added(reply("r", "a")), added(reply("r", "b")), done(reply("r", "b")));
  expect(texts(twice)).toEqual(["hello", "b"]);
});

test("FR-WEB-102: an update of an item that is not there, or does not fit, changes nothing", () => {
  const state = after(asked, added(steps("r.steps", "Add a task")));
  expect(after(state, delta("r.steps", "x")).items).toEqual(state.items);
  expect(after(state, delta("nowhere", "x")).items).toEqual(state.items);
});

test("FR-WEB-102: steps are added and change as they run", () => {
  const update = (told: ItemUpdate): ThreadEvent => ({
    type: "thread.item.updated",
    item_id: "r.steps",
    update: told,
  });
  const task = { title: "Add a task", status_indicator: "loading" } as const;
  const over = { title: "Add a task", content: "#1 Milk", status_indicator: "complete" } as const;
  const state = after(
    asked,
    added(steps("r.steps")),
    update({ type: "workflow.task.added", task_index: 0, task }),
    update({ type: "workflow.task.updated", task_index: 0, task: over }),
  );
  expect(state.items.at(-1)).toMatchObject({ workflow: { tasks: [over] } });
});

test("FR-WEB-102: items and events of kinds that are not known are passed over", () => {
  const odd = { ...reply("e", ""), type: "end_of_turn" } as unknown as ThreadItem;
  const state = after(asked, done(odd), { type: "client_effect" });
  expect(state.items).toEqual(asked.items);
});

test("FR-WEB-102: a reply shows its steps first, its text, and then the tasks", () => {
  const items = [question("q", "hi"), reply("r", "text"), steps("r.steps", "Add a task")];
  const [exchange] = exchanges(items);
  expect(exchange?.reply.map(({ type }) => type)).toEqual(["workflow", "assistant_message"]);
});

test("FR-WEB-105: a failure is kept until something is tried, and says whether it may be", () => {
  const failed = after(asked, { type: "error", message: "No model.", allow_retry: true });
  expect(failed.trouble).toEqual({ message: "No model.", remedy: "retry" });
  expect(reduced(failed, { type: "phase", phase: "idle" }).trouble).toEqual(failed.trouble);
  expect(reduced(failed, { type: "asked again", itemId: "q" }).trouble).toBeNull();
  expect(after(asked, { type: "error" }).trouble?.remedy).toBeNull();
});

test("FR-WEB-105: asking anew takes away what came after the message", () => {
  const state = after(asked, done(question("q", "hello")), done(reply("r", "Hi")));
  const again = reduced(state, { type: "asked again", itemId: "q" });
  expect([texts(again), again.phase]).toEqual([["hello"], "waiting"]);
});

test("FR-WEB-109: a message that was refused comes back to be sent again", () => {
  const trouble = { message: "Too long.", remedy: "send" } as const;
  const refused = reduced(asked, { type: "refused", text: "hello", trouble });
  expect([refused.items, refused.unsent, refused.phase]).toEqual([[], "hello", "idle"]);
});

test("FR-WEB-107: older items come before what is there, and none twice", () => {
  const state = { ...EMPTY, items: [question("b", "b")], earlier: "b" };
  const page = { data: [question("b", "b"), question("a", "a")], has_more: false };
  const loaded = reduced(state, { type: "loaded earlier", page });
  expect([texts(loaded), loaded.earlier]).toEqual([["a", "b"], null]);
});

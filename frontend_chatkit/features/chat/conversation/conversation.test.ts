import { describe, expect, test, vi } from "vitest";
import { OpenConversation } from "@/features/chat/conversation/conversation";
import { Protocol } from "@/features/chat/protocol/client";
import { textOf } from "@/features/chat/protocol/types";
import {
  added,
  conversation,
  created,
  delta,
  done,
  events,
  FakeApi,
  json,
  Live,
  NOW,
  page,
  problem,
  removed,
  reply,
  steps,
  THREAD,
  unreachable,
  userMessage,
} from "@/features/chat/testing/responses";

const HELLO = userMessage("q1", "hello");
const HI = reply("r1", "Hi.");

function opened(api: FakeApi): OpenConversation {
  api.on(NOW, conversation());
  return new OpenConversation(new Protocol("Europe/Berlin"), async () => undefined);
}

function shown(open: OpenConversation): string[] {
  return open.now().items.map((item) => ("content" in item ? textOf(item) : item.type));
}

describe("FR-WEB-102: a message and its reply", () => {
  test("a first message starts a thread, and the next goes on in it", async () => {
    const api = new FakeApi()
      .on("threads.create", events([created, done(HELLO), done(HI)]))
      .on(
        "threads.add_user_message",
        events([done(userMessage("q2", "more")), done(reply("r2", "Yes."))]),
      );
    const open = opened(api);
    await open.send("hello");
    await open.send("more");
    expect(shown(open)).toEqual(["hello", "Hi.", "more", "Yes."]);
    expect(open.now().phase).toBe("idle");
    expect(api.of("threads.add_user_message")[0]?.params.thread_id).toBe(THREAD);
  });
});

describe("FR-WEB-116: what requests tell", () => {
  test("requests tell the time zone, and that the reply may outlive the page", async () => {
    const api = new FakeApi().on("threads.create", events([created, done(HELLO), done(HI)]));
    await opened(api).send("hello");
    expect(api.sent[0]).toMatchObject({
      metadata: { timezone: "Europe/Berlin", on_hang_up: "finish" },
    });
  });
});

describe("FR-WEB-108: coming back to a reply", () => {
  test("a reply that is cut is followed to its end", async () => {
    const api = new FakeApi()
      .on("threads.create", events([created, done(HELLO), added(reply("r1", ""))], { cut: true }))
      .on("items.list", page(HELLO), page(HELLO, HI))
      .on(
        "/me/turns/t1/thread-events",
        events([added(reply("t1", "")), delta("t1", "Hi"), removed("t1"), done(HI)]),
      );
    const open = new OpenConversation(new Protocol(null), async () => undefined);
    api.on(NOW, unreachable, problem(503, "api_unavailable", "Away."), conversation("t1"));
    const seen = new Set<string>();
    open.subscribe(() => seen.add(`${open.now().phase}: ${shown(open).join(" ")}`));
    await open.send("hello");
    expect(shown(open)).toEqual(["hello", "Hi."]);
    expect(seen).toContain("replying: hello Hi");
    expect([open.now().phase, open.now().error]).toEqual(["idle", null]);
  });

  test("a conversation that is opened in mid-reply shows what was said and goes on", async () => {
    const step = { title: "Add a task", content: "Milk", status_indicator: "loading" } as const;
    const update = { type: "workflow.task.added", task_index: 0, task: step } as const;
    const api = new FakeApi()
      .on(NOW, conversation("t1"), conversation())
      .on("items.list", page(HELLO), page(HELLO, HI))
      .on(
        "/me/turns/t1/thread-events",
        events([
          added(steps("t1.steps")),
          { type: "thread.item.updated", item_id: "t1.steps", update },
          removed("t1.steps"),
          done(HI),
        ]),
      );
    const open = new OpenConversation(new Protocol(null), async () => undefined);
    const shownSteps: unknown[] = [];
    open.subscribe(() => {
      const item = open.now().items.at(-1);
      if (item?.type === "workflow") shownSteps.push(item.workflow.tasks[0]);
    });
    await open.show(THREAD);
    expect(shownSteps).toContainEqual(step);
    expect(shown(open)).toEqual(["hello", "Hi."]);
    expect(api.of("/me/turns/t1/thread-events")).toHaveLength(1);
  });

  test("a reply that ends while the page catches up is shown once", async () => {
    const api = new FakeApi()
      .on(NOW, conversation("t1"))
      .on("items.list", page(HELLO, HI))
      .on("/me/turns/t1/thread-events", events([added(reply("t1", "Hi."))]));
    const open = new OpenConversation(new Protocol(null), async () => undefined);
    const seen = new Set<string>();
    open.subscribe(() => seen.add(shown(open).join(" ")));
    await open.show(THREAD);
    expect(seen).toEqual(new Set(["", "hello Hi."]));
    expect(open.now().phase).toBe("idle");
    expect(api.of("/me/turns/t1/thread-events")).toHaveLength(0);
  });

  test("a connection that stays lost is said, and can be tried again", async () => {
    const api = new FakeApi()
      .on("threads.create", events([created, done(HELLO)], { cut: true }))
      .on("items.list", page(HELLO, HI));
    const waits = vi.fn(async () => undefined);
    const open = new OpenConversation(new Protocol(null), waits);
    api.on(NOW, ...Array(10).fill(unreachable), conversation());
    await open.send("hello");
    expect(open.now().error).toMatchObject({ remedy: "load" });
    expect(waits).toHaveBeenCalledTimes(10);
    await open.reload();
    expect([shown(open), open.now().error]).toEqual([["hello", "Hi."], null]);
  });
});

describe("FR-WEB-104: stopping", () => {
  test("a stop stops the turn that runs, and what was said stays", async () => {
    const live = new Live();
    const api = new FakeApi()
      .on("threads.create", live.respond)
      .on("/me/turns/t1/cancel", json({}, 202));
    const open = new OpenConversation(new Protocol(null), async () => undefined);
    api.on(NOW, conversation("t1"));
    const sending = open.send("hello");
    await vi.waitFor(() => expect(api.sent).toHaveLength(1));
    live.send(created, done(HELLO), added(reply("r1", "")), delta("r1", "Hi"));
    await vi.waitFor(() => expect(shown(open)).toEqual(["hello", "Hi"]));
    await open.stop();
    expect([open.now().phase, api.of("/me/turns/t1/cancel").length]).toEqual(["stopping", 1]);
    live.send(done(reply("r1", "Hi\n\n*This reply was stopped.*")));
    live.end();
    await sending;
    expect(open.now().phase).toBe("idle");
  });

  test("a stop before the thread is known waits for it", async () => {
    const live = new Live();
    const api = new FakeApi()
      .on("threads.create", live.respond)
      .on(NOW, conversation("t1"))
      .on("/me/turns/t1/cancel", json({}, 202));
    const open = new OpenConversation(new Protocol(null), async () => undefined);
    void open.send("hello");
    await vi.waitFor(() => expect(api.sent).toHaveLength(1));
    await open.stop();
    live.send(created, done(HELLO));
    await vi.waitFor(() => expect(api.of("/me/turns/t1/cancel")).toHaveLength(1));
  });

  test("a stop that fails is said, and the reply goes on", async () => {
    const live = new Live();
    const api = new FakeApi().on("threads.create", live.respond).on(NOW, unreachable);
    const open = new OpenConversation(new Protocol(null), async () => undefined);
    void open.send("hello");
    await vi.waitFor(() => expect(api.sent).toHaveLength(1));
    live.send(created, done(HELLO), added(HI));
    await vi.waitFor(() => expect(open.now().phase).toBe("replying"));
    await open.stop();
    expect(open.now()).toMatchObject({ phase: "replying", notice: { level: "warning" } });
  });
});

describe("FR-WEB-105: trying again", () => {
  test("a reply is tried again after the message that it answers", async () => {
    const api = new FakeApi()
      .on("items.list", page(HELLO, HI))
      .on(
        "threads.retry_after_item",
        events([added(reply("r2", "")), done(reply("r2", "Hello."))]),
      );
    const open = opened(api);
    await open.show(THREAD);
    await open.retry();
    expect(shown(open)).toEqual(["hello", "Hello."]);
    expect(api.of("threads.retry_after_item")[0]?.params.item_id).toBe("q1");
  });

  test("a retry that is refused leaves the reply as it was", async () => {
    const api = new FakeApi()
      .on("items.list", page(HELLO, HI))
      .on("threads.retry_after_item", problem(503, "database_unavailable", "Try again soon."));
    const open = opened(api);
    await open.show(THREAD);
    await open.retry();
    expect(shown(open)).toEqual(["hello", "Hi."]);
    expect(open.now().error).toEqual({ message: "Try again soon.", remedy: "retry" });
  });
});

describe("FR-WEB-109: what was not sent", () => {
  test("a message whose fate is unknown is not sent twice", async () => {
    const api = new FakeApi()
      .on("threads.create", events([created, done(HELLO), done(HI)]))
      .on("threads.add_user_message", unreachable)
      .on("items.list", page(HELLO, HI, userMessage("q2", "more"), reply("r2", "Yes.")));
    const open = opened(api);
    await open.send("hello");
    await open.send("more");
    expect(open.now()).toMatchObject({ unsent: "more", error: { remedy: "send" } });
    await open.send("more");
    expect(shown(open)).toEqual(["hello", "Hi.", "more", "Yes."]);
    expect(api.of("threads.add_user_message")).toHaveLength(1);
  });

  test("a first message whose fate is unknown starts one thread", async () => {
    const now = { id: THREAD, title: "hello", created_at: new Date().toISOString() };
    const api = new FakeApi()
      .on("threads.create", unreachable)
      .on("threads.list", json({ data: [now], has_more: false }))
      .on("items.list", page(HELLO, HI));
    const open = opened(api);
    await open.send("hello");
    await open.send("hello");
    expect(shown(open)).toEqual(["hello", "Hi."]);
    expect(api.of("threads.create")).toHaveLength(1);
  });

  test("a message that did not arrive is sent again", async () => {
    const api = new FakeApi()
      .on("threads.create", unreachable, events([created, done(HELLO), done(HI)]))
      .on("threads.list", json({ data: [], has_more: false }));
    const open = opened(api);
    await open.send("hello");
    await open.send("hello");
    expect(shown(open)).toEqual(["hello", "Hi."]);
  });

  test("a message to a conversation whose reply is being written waits for that", async () => {
    const api = new FakeApi()
      .on("items.list", page(HELLO, HI), page(HELLO), page(HELLO, HI))
      .on(
        "threads.add_user_message",
        problem(409, "conversation_busy", "A reply is being written."),
      )
      .on("/me/turns/t1/thread-events", events([done(HI)]));
    const open = new OpenConversation(new Protocol(null), async () => undefined);
    api.on(NOW, conversation(), conversation("t1"));
    await open.show(THREAD);
    await open.send("more");
    expect(api.of("/me/turns/t1/thread-events")).toHaveLength(1);
    expect(open.now()).toMatchObject({
      unsent: "more",
      phase: "idle",
      error: { remedy: "send" },
    });
  });

  test("who is signed out is asked to sign in", async () => {
    const open = opened(new FakeApi().on("threads.create", problem(401, "signed_out", "Sign in.")));
    await open.send("hello");
    expect(open.now().error?.remedy).toBe("sign-in");
  });
});

describe("FR-WEB-107: conversations", () => {
  test("a conversation that is left goes on without being read", async () => {
    const live = new Live();
    const api = new FakeApi().on("threads.create", live.respond);
    const open = opened(api);
    const sending = open.send("hello");
    await vi.waitFor(() => expect(api.sent).toHaveLength(1));
    live.send(created, done(HELLO));
    await vi.waitFor(() => expect(open.now().threadId).toBe(THREAD));
    open.leave();
    await sending;
    expect([open.now().items, api.of("/me/turns/t1/cancel")]).toEqual([[], []]);
  });

  test("a conversation that is not there is said", async () => {
    const open = opened(
      new FakeApi().on(NOW, problem(404, "conversation_not_found", "No such thing.")),
    );
    await open.show(THREAD);
    expect(open.now().error).toEqual({ message: "No such thing.", remedy: null });
  });
});

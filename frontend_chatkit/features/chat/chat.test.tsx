import "@/features/tasks/testing/browser";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { beforeAll, describe, expect, test } from "vitest";
import {
  AT,
  completeBrowser,
  HELLO,
  log,
  message,
  open,
  ready,
} from "@/features/chat/testing/panel";
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
  reply,
  THREAD,
} from "@/features/chat/testing/responses";

beforeAll(completeBrowser);

describe("FR-WEB-110: an empty conversation", () => {
  test("an empty conversation suggests what to say, and a suggestion is sent", async () => {
    const api = new FakeApi().on(
      "threads.create",
      events([created, done(HELLO), done(reply("r", "Hi."))]),
    );
    const user = open(api);
    await user.click(screen.getByRole("button", { name: "Add a task to buy groceries" }));
    await ready();
    expect(api.of("threads.create")[0]?.params).toMatchObject({
      input: { content: [{ text: "Add a task to buy groceries" }] },
    });
    expect(screen.queryByRole("list", { name: "Suggestions" })).toBeNull();
  });
});

describe("FR-WEB-127: the note about the built-in assistant", () => {
  test("says how to connect a model, and stays away once it is dismissed", async () => {
    const user = open(new FakeApi(), null, true);
    const note = screen.getByRole("note");
    await user.click(within(note).getByRole("button", { name: "Connect a language model" }));
    const dialog = within(screen.getByRole("dialog", { name: "Connect a language model" }));
    expect(dialog.getByText(/^OPENAI_BASE_URL=/)).toBeDefined();
    await user.click(dialog.getByRole("button", { name: "Close" }));
    await user.click(within(note).getByRole("button", { name: "Dismiss the note" }));
    expect(screen.queryByRole("note")).toBeNull();
    expect(document.activeElement).toBe(message());
    cleanup();
    open(new FakeApi(), null, true);
    expect(screen.queryByRole("note")).toBeNull();
  });

  test("is not shown where a language model answers", () => {
    open(new FakeApi());
    expect(screen.queryByRole("note")).toBeNull();
  });
});

describe("FR-WEB-111: by keyboard", () => {
  test("Enter sends, Shift+Enter does not, and the focus stays where one writes", async () => {
    const api = new FakeApi().on(
      "threads.create",
      events([created, done(HELLO), done(reply("r", "Hi."))]),
    );
    const user = open(api);
    await user.type(message(), "one{Shift>}{Enter}{/Shift}two");
    expect(api.of("threads.create")).toEqual([]);
    await user.keyboard("{Enter}");
    await ready();
    expect(api.of("threads.create")[0]?.params).toMatchObject({
      input: { content: [{ text: "one\ntwo" }] },
    });
    expect(document.activeElement).toBe(message());
  });

  test("nothing and too much are not sent", async () => {
    const api = new FakeApi();
    const user = open(api);
    await user.type(message(), "   {Enter}");
    await user.click(message());
    await user.paste("x".repeat(4001));
    await user.keyboard("{Enter}");
    expect(api.of("threads.create")).toEqual([]);
    expect(screen.getByText("4001 of 4000 characters")).toBeTruthy();
  });

  test("Escape stops the reply", async () => {
    const live = new Live();
    const api = new FakeApi()
      .on("threads.create", live.respond)
      .on(NOW, conversation("t1"))
      .on("/me/turns/t1/cancel", json({}, 202));
    const user = open(api);
    await user.type(message(), "hello{Enter}");
    live.send(created, done(HELLO), added(reply("r", "")), delta("r", "Hi"));
    await within(log()).findByText("Hi");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(api.of("/me/turns/t1/cancel")).toHaveLength(1));
  });
});

describe("FR-WEB-105: trying again", () => {
  test("a reply that failed is told, and a button tries again", async () => {
    const failed = reply("r", "*This reply broke off because of an error.*");
    const api = new FakeApi()
      .on(
        "threads.create",
        events([
          created,
          done(HELLO),
          done(failed),
          { type: "error", message: "No model.", allow_retry: true },
        ]),
      )
      .on("threads.retry_after_item", events([done(reply("r2", "Hi."))]));
    const user = open(api);
    await user.type(message(), "hello{Enter}");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("No model.");
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    await within(log()).findByText("Hi.");
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("FR-WEB-109: what was not sent", () => {
  test("a message that was refused is back where it was written", async () => {
    const user = open(new FakeApi().on("threads.create", problem(429, "too_many", "Slow down.")));
    await user.type(message(), "hello{Enter}");
    expect((await screen.findByRole("alert")).textContent).toContain("Slow down.");
    expect(message()).toHaveProperty("value", "hello");
  });
});

describe("FR-WEB-107: conversations", () => {
  test("conversations are listed, opened, renamed and deleted", async () => {
    const api = new FakeApi()
      .on("items.list", page(HELLO, reply("r", "Hi.")))
      .on("threads.update", json({ id: THREAD, title: "Shopping", created_at: AT }))
      .on("threads.delete", json({}));
    const user = open(api);
    const list = screen.getByRole("navigation", { name: "Conversations" });
    await user.click(await within(list).findByRole("button", { name: "Groceries" }));
    await ready();

    await user.click(within(list).getByRole("button", { name: "Rename Groceries" }));
    await user.clear(screen.getByLabelText("Title"));
    await user.type(screen.getByLabelText("Title"), "Shopping{Enter}");
    await within(list).findByRole("button", { name: "Shopping" });
    expect(api.of("threads.update")[0]?.params).toEqual({ thread_id: THREAD, title: "Shopping" });

    await user.click(within(list).getByRole("button", { name: "Delete Shopping" }));
    expect(api.of("threads.delete")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Delete" }));
    await waitFor(() =>
      expect(within(list).queryByRole("button", { name: "Shopping" })).toBeNull(),
    );
    expect(screen.getByRole("list", { name: "Suggestions" })).toBeTruthy();
    expect(within(list).getByRole("button", { name: "Travel" })).toBeTruthy();
  });
});

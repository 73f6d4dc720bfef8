import "@/features/tasks/testing/browser";
import { screen, waitFor, within } from "@testing-library/react";
import { beforeAll, describe, expect, test } from "vitest";
import { withoutListedTasks } from "@/features/chat/items/listed-text";
import { completeBrowser, HELLO, log, message, open, ready } from "@/features/chat/testing/panel";
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
  steps,
  suggestions,
  THREAD,
  taskList,
  userMessage,
} from "@/features/chat/testing/responses";
import { FakeApi as TasksApi } from "@/features/tasks/testing/api";
import { task } from "@/features/tasks/testing/tasks";

beforeAll(completeBrowser);

describe("FR-WEB-112: by screen reader", () => {
  test("a reply is announced once, when it is whole", async () => {
    const live = new Live();
    const user = open(new FakeApi().on("threads.create", live.respond));
    await user.type(message(), "hello{Enter}");
    live.send(created, done(HELLO), added(reply("r", "")), delta("r", "It is **do"));
    await within(log()).findByText(/It is/);
    const announced = () =>
      [...document.querySelectorAll("[aria-live=polite]")].map((element) => element.textContent);
    expect(log().getAttribute("aria-live")).toBe("off");
    expect(announced().join("")).toBe("");
    live.send(done(reply("r", "It is **done**.")));
    live.end();
    await waitFor(() => expect(announced()).toContain("It is done ."));
  });
});

describe("FR-WEB-113: Markdown", () => {
  test("Markdown is shown without HTML, pictures and links that run something", async () => {
    const text = [
      "**bold** <b>raw</b> <script>alert(1)</script>",
      "[good](https://example.org) [bad](javascript:alert(1)) ![picture](https://example.org/x.png)",
      "- one\n- two",
    ].join("\n\n");
    open(new FakeApi().on("items.list", page(HELLO, reply("r", text))), THREAD);
    const good = await screen.findByRole("link", { name: "good" });
    expect([good.getAttribute("rel"), good.getAttribute("target")]).toEqual([
      "noopener noreferrer nofollow",
      "_blank",
    ]);
    expect(screen.getByText("bad").getAttribute("href")).toBe("");
    expect(log().querySelectorAll("b, script, img")).toHaveLength(0);
    expect(screen.getByText("bold").tagName).toBe("STRONG");
  });
});

describe("FR-WEB-102: a message and its reply", () => {
  test("the steps of a reply tell what came of them", async () => {
    open(
      new FakeApi().on("items.list", page(HELLO, steps("r.steps", "Add a task"), reply("r", "Ok"))),
      THREAD,
    );
    const list = await screen.findByRole("list", { name: "Steps" });
    expect(within(list).getByRole("listitem").textContent).toBe("Add a task, done");
  });
});

describe("FR-WEB-103: the list of tasks", () => {
  test("the box of a task completes it, and the list comes back as it is", async () => {
    const api = new FakeApi()
      .on("items.list", page(HELLO, taskList("r.tasks", ["Milk", false])))
      .on(
        "threads.custom_action",
        events([{ type: "thread.item.replaced", item: taskList("r.tasks", ["Milk", true]) }]),
      );
    const user = open(api, THREAD);
    api.on("items.list", page(HELLO, taskList("r.tasks", ["Milk", true])));
    const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: /Milk/ });
    await user.click(box);
    await waitFor(() => expect(box.checked).toBe(true));
    expect(api.of("threads.custom_action")[0]?.params).toEqual({
      thread_id: THREAD,
      item_id: "r.tasks",
      action: { type: "complete", payload: { task_id: 1 } },
    });
  });

  test("a task that is gone is said", async () => {
    const api = new FakeApi()
      .on("items.list", page(HELLO, taskList("r.tasks", ["Milk", false])))
      .on("threads.custom_action", events([{ type: "error", message: "It is gone." }]));
    const user = open(api, THREAD);
    await user.click(await screen.findByRole("checkbox", { name: /Milk/ }));
    expect(await screen.findByText("It is gone.")).toBeTruthy();
  });

  test("tasks are shown as they are now, and a deleted one can be brought back", async () => {
    const tasks = new TasksApi([task(1, { title: "Oat milk", due_on: "2199-12-24" })]);
    const api = new FakeApi(globalThis.fetch).on(
      "items.list",
      page(HELLO, taskList("r.tasks", ["Milk", false])),
    );
    const user = open(api, THREAD);
    expect(await screen.findByText("24 Dec 2199")).toBeTruthy();
    tasks.change(1, { title: "Soy milk", list: "Groceries" });
    expect(await within(log()).findByText("Groceries")).toBeTruthy();
    await user.click(screen.getByRole("checkbox", { name: "Soy milk" }));
    await waitFor(() => expect(tasks.tasks[0]?.completed).toBe(true));
    await user.click(screen.getByRole("button", { name: "Delete Soy milk" }));
    await waitFor(() => expect(tasks.tasks).toEqual([]));
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(tasks.tasks).toHaveLength(1));
    await screen.findByRole("checkbox", { name: "Soy milk" });
  });

  test("a task is edited in the dialog of the page of tasks", async () => {
    const tasks = new TasksApi([task(1, { title: "Milk" })]);
    const api = new FakeApi(globalThis.fetch).on(
      "items.list",
      page(HELLO, taskList("r.tasks", ["Milk", false])),
    );
    const user = open(api, THREAD);
    await user.click(await screen.findByRole("button", { name: "Edit Milk" }));
    await user.type(await screen.findByLabelText("Title"), " and bread{Enter}");
    await waitFor(() => expect(tasks.tasks[0]?.title).toBe("Milk and bread"));
  });
});

describe("FR-WEB-119: a list is told once", () => {
  test("the text does not list the tasks that are shown as cards", async () => {
    const text = "You have one:\n\n- **#1** Milk · due 2026-12-05\n\nAnything else?";
    const told = [reply("r", text), taskList("r.tasks", ["Milk", false])];
    open(new FakeApi().on("items.list", page(HELLO, ...told)), THREAD);
    expect(await screen.findByText("Anything else?")).toBeTruthy();
    expect(screen.queryByText(/2026-12-05/)).toBeNull();
  });

  test("other lines of lists stay", () => {
    const shown = [{ id: 1, title: "Milk" }];
    const text = "1. Milk\n   two litres\n2. Bread\n- **#2** Milk\nMilk it is.";
    expect(withoutListedTasks(text, shown)).toBe("2. Bread\n- **#2** Milk\nMilk it is.");
  });
});

describe("FR-WEB-120: suggestions", () => {
  test("the answers to a question are buttons below it until the conversation goes on", async () => {
    const asked = [reply("r", "Really delete it?"), suggestions("r.suggestions", "Yes", "No")];
    const answered = [userMessage("q2", "No"), reply("r2", "All right.")];
    const api = new FakeApi()
      .on("items.list", page(HELLO, ...asked), page(HELLO, ...asked, ...answered))
      .on("threads.add_user_message", events(answered.map(done)));
    const user = open(api, THREAD);
    await user.click(await screen.findByRole("button", { name: "No" }));
    expect(await within(log()).findByText("All right.")).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("button", { name: "Yes" })).toBeNull());
    expect(api.of("threads.add_user_message")[0]?.params).toMatchObject({
      input: { content: [{ text: "No" }] },
    });
  });
});

describe("FR-WEB-120: a long list in a reply", () => {
  const MANY = ["a", "b", "c", "d", "e", "f"].map((title): [string, boolean] => [title, false]);
  const boxes = async () => within(await screen.findByRole("log")).findAllByRole("checkbox");

  test("is cut between a question and its answers, and a button shows the rest", async () => {
    const question = [reply("r", "Really delete them?"), taskList("r.tasks", ...MANY)];
    const answers = suggestions("r.suggestions", "Yes", "No");
    const user = open(new FakeApi().on("items.list", page(HELLO, ...question, answers)), THREAD);
    expect(await boxes()).toHaveLength(3);
    await user.click(screen.getByRole("button", { name: "Show all 6" }));
    expect(await boxes()).toHaveLength(MANY.length);
    expect(document.activeElement).toBe(within(log()).getByRole("list", { name: "Tasks" }));
  });

  test("is whole where nothing is suggested", async () => {
    open(new FakeApi().on("items.list", page(HELLO, taskList("r.tasks", ...MANY))), THREAD);
    expect(await boxes()).toHaveLength(MANY.length);
  });
});

describe("FR-WEB-106: what a reply was worth", () => {
  test("what a reply was worth is sent, and shown", async () => {
    const api = new FakeApi()
      .on("items.list", page(HELLO, reply("r", "Hi.")))
      .on("items.feedback", json({}), problem(503, "database_unavailable", "Not now."));
    const user = open(api, THREAD);
    await user.click(await ready());
    expect((await ready()).getAttribute("aria-pressed")).toBe("true");
    expect(api.of("items.feedback")[0]?.params).toEqual({
      thread_id: THREAD,
      item_ids: ["r"],
      kind: "positive",
    });
    await user.click(screen.getByRole("button", { name: "Bad reply" }));
    expect(await screen.findByText("Not now.")).toBeTruthy();
    expect((await ready()).getAttribute("aria-pressed")).toBe("true");
  });
});

describe("FR-WEB-106: what a reply was worth, later", () => {
  test("what was said of it is shown again, whichever part it was said of", async () => {
    const api = new FakeApi()
      .on("items.list", page(HELLO, steps("r.steps", "Add task"), reply("r", "Hi.")))
      .on(NOW, conversation(null, { r: "negative" }));
    open(api, THREAD);
    const bad = await screen.findByRole("button", { name: "Bad reply" });
    await waitFor(() => expect(bad.getAttribute("aria-pressed")).toBe("true"));
    expect((await ready()).getAttribute("aria-pressed")).toBe("false");
  });
});

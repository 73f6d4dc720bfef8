import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityViolations, Person, PHONE, screenshot, until } from "../browser.mjs";
import { conversation, message, say, send, untilNone } from "../chat.mjs";

export function chatCases(world) {
  test("FR-WEB-103: a tick in the chat's list completes the task everywhere", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.addTask({ title: "Water the plants" });
    const tasks = await ada.open("/tasks?status=all");
    const there = tasks.getByRole("checkbox", { name: "Water the plants" });
    await there.waitFor();
    const chat = await ada.open("/chat");
    await say(chat, "What's pending?");
    const here = chat.getByRole("list", { name: "Tasks" }).getByRole("checkbox");
    await screenshot(chat, "chat-task-list");
    await here.check();
    await until(() => there.isChecked(), "the task list shows the tick");
    assert.equal(await here.isChecked(), true);
    await screenshot(chat, "chat-task-list-ticked");
    await chat.reload();
    await until(() => here.isChecked(), "the tick is still there after a reload");

    await there.uncheck();
    const isOpen = async () => !(await ada.ask("/bff/me/tasks")).tasks[0].completed;
    await until(isOpen, "the server knows that it is open again");
    await say(chat, "What's pending?");
    await until(async () => !(await here.last().isChecked()), "the chat shows it open again");
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-103, FR-WEB-119, FR-WEB-120: cards are live, a list is told once, a question has its answers", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.addTask({ title: "Water the plants", due_time: "17:00", due_on: "2199-12-24" });
    await ada.addTask({ title: "Feed the cat" });
    const page = await ada.open("/chat");
    await say(page, "What's pending?");
    const log = page.getByRole("log");
    await log.getByText("24 Dec 2199 17:00").waitFor();
    assert.equal(await log.getByText("Feed the cat").count(), 1);
    assert.doesNotMatch(await log.innerText(), /#\d|\d{4}-\d{2}-\d{2}/);
    await log.getByRole("button", { name: "Edit Feed the cat" }).click();
    await page.getByRole("dialog").getByLabel("Title").fill("Feed the dog");
    await page.keyboard.press("Enter");
    await log.getByRole("button", { name: "Delete Feed the dog" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await log.getByRole("checkbox", { name: "Feed the dog" }).waitFor();
    await say(page, "Delete all my tasks");
    await page.getByRole("button", { name: "No", exact: true }).click();
    await page.getByRole("heading", { name: "Todochat replied" }).nth(2).waitFor();
    await send(page).waitFor();
    await say(page, "Complete the zebra");
    assert.equal(await log.getByRole("list", { name: "Tasks" }).count(), 2);
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-126: what a reply did is undone beside it, on a phone too", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    // What a reply did is heard of from the stream of changes, so nothing is said before it is up.
    const stream = ada.context.waitForEvent("response", (each) =>
      each.url().endsWith("/me/tasks/events"),
    );
    const page = await ada.open("/chat");
    await stream;
    const log = page.getByRole("log");
    // A reply may suggest it too.
    const messages = page.getByRole("region", { name: "Notifications" });
    const undo = messages.getByRole("button", { name: "Undo" });
    await say(page, "Add a task to buy milk");
    await page.getByText("“Buy milk” was added.").waitFor();
    await screenshot(page, "chat-undo");
    await undo.click();
    await until(async () => (await ada.ask("/bff/me/tasks")).total === 0, "the task is gone");
    await undo.waitFor({ state: "detached" });
    await page.setViewportSize(PHONE.viewport);
    await say(page, "Add a task to call Sam");
    await page.getByText("“Call Sam” was added.").waitFor();
    await screenshot(page, "phone-chat-undo");
    await send(page).waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.equal(await log.getByRole("checkbox", { name: "Call Sam" }).count(), 1);
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-107: a conversation is renamed and deleted, and its tasks stay", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    await say(page, "Add a task to write a letter");
    const list = page.getByRole("navigation", { name: "Conversations" });
    await list.getByRole("button", { name: /^Rename/ }).click();
    await page.getByRole("dialog").getByLabel("Title").fill("Letters");
    await screenshot(page, "chat-rename");
    await page.getByRole("button", { name: "Rename", exact: true }).click();
    await conversation(page, "Letters").waitFor();
    await page.reload();
    await conversation(page, "Letters").waitFor();

    await page.getByRole("button", { name: "Delete Letters" }).click();
    await screenshot(page, "chat-delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await conversation(page, "Letters").waitFor({ state: "detached" });
    await untilNone(page);
    await page.waitForURL("**/chat");
    await page.goto("/tasks");
    await page.getByRole("checkbox", { name: "Write a letter" }).waitFor();
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-109: a lost connection is told, and what was asked is not lost", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const tasks = await ada.open("/tasks");
    await tasks.getByText("Nothing to do here").waitFor();
    const chat = await ada.open("/chat");
    await message(chat).waitFor();
    await untilNone(chat);
    await ada.context.setOffline(true);
    await message(chat).fill("Add a task to buy milk");
    await message(chat).press("Enter");
    await chat.getByRole("button", { name: "Try again" }).waitFor();
    await tasks.getByText("You are offline.").waitFor();
    await screenshot(chat, "chat-offline");
    await screenshot(tasks, "tasks-offline");
    await ada.context.setOffline(false);
    await chat.getByRole("button", { name: "Try again" }).click();
    await tasks.getByRole("checkbox", { name: "Buy milk" }).waitFor();
    await tasks.getByText("You are offline.").waitFor({ state: "detached" });
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-106: what was said of a reply is shown again after a reload", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    await say(page, "Add a task to write a letter");
    const bad = page.getByRole("button", { name: "Bad reply" });
    await bad.click();
    await until(async () => {
      const { conversations } = await ada.ask("/bff/me/conversations");
      const { feedback } = await ada.ask(`/bff/me/conversations/${conversations[0].id}`);
      return Object.values(feedback).includes("negative");
    }, "the server has kept it");
    await page.reload();
    await page.getByRole("button", { name: "Bad reply", pressed: true }).waitFor();
    assert.equal(await page.getByRole("button", { name: /reply$/, pressed: true }).count(), 1);
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-206: undo brings a deleted task back as it was, and undoes nothing else", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.addTask({ title: "Water the plants", tags: ["home"] });
    const page = await ada.open("/tasks");
    const there = page.getByRole("checkbox", { name: "Water the plants" });
    await page.getByRole("button", { name: "Delete Water the plants" }).click();
    await page.getByText("was deleted").waitFor();
    assert.equal(await there.count(), 0);
    await screenshot(page, "tasks-deleted");
    await page.getByRole("button", { name: "Undo" }).click();
    await there.waitFor();
    assert.deepEqual(
      (await ada.ask("/bff/me/tasks")).tasks.map(({ id }) => id),
      [1],
    );

    await page.getByRole("button", { name: "Delete Water the plants" }).click();
    await page.getByText("was deleted").waitFor();
    await ada.addTask({ title: "Added elsewhere" });
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Other changes came after it").waitFor();
    await screenshot(page, "tasks-undo-overtaken");
    await there.waitFor();
    await page.getByRole("checkbox", { name: "Added elsewhere" }).waitFor();
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });
}

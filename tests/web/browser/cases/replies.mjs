import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityViolations, Person, PHONE, screenshot } from "../browser.mjs";
import { message, messageText, say } from "../chat.mjs";

const LONG = [
  "Add “Buy eggs, bread and oat milk for the weekend with Sam”",
  "Show what is due today",
  "Remind me tomorrow at nine in the morning about the dentist appointment",
  "None of these",
];
const LEAST_TOUCH = 44;

/** Let the newest reply have these suggestions, and no reply others, when the conversation is loaded. */
async function suggest(page, texts) {
  const children = texts.map((text) => ({
    type: "Button",
    label: text,
    onClickAction: { type: "send", payload: { text } },
  }));
  await page.route("**/bff/chatkit", async (route) => {
    const { type } = JSON.parse(route.request().postData());
    if (type !== "items.list") return route.continue();
    const response = await route.fetch();
    const json = await response.json();
    const { thread_id, created_at } = json.data[0];
    const place = { id: "suggestions", thread_id, created_at, type: "widget" };
    json.data = json.data.filter(({ widget }) => widget?.type !== "Basic");
    json.data.unshift({ ...place, widget: { type: "Basic", children } });
    await route.fulfill({ response, json });
  });
}

async function tapsLongSuggestion(world, look, options) {
  const ada = await Person.member(world.browser, world.stack.url, options);
  const page = await ada.open("/chat");
  await say(page, "Add a task to call Sam");
  await suggest(page, LONG);
  await page.reload();
  const buttons = page.getByRole("list", { name: "Suggested answers" }).getByRole("button");
  await buttons.first().waitFor();
  assert.deepEqual(await buttons.allTextContents(), LONG);
  await screenshot(page, `${look}chat-suggestions`);
  const { width } = page.viewportSize();
  for (const button of await buttons.all()) {
    const box = await button.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width, "a suggestion is wider than the screen");
    if (options.hasTouch) assert.ok(box.height >= LEAST_TOUCH, "a suggestion is hard to tap");
  }
  await page.unrouteAll();
  await buttons.nth(1).click();
  await messageText(page, LONG[1]).first().waitFor();
  await page.getByRole("heading", { name: "Todochat replied" }).nth(1).waitFor();
  assert.deepEqual(ada.complaints, []);
  await ada.context.close();
}

export function replyCases(world) {
  test("FR-WEB-120: long suggestions wrap, and a click sends one", () =>
    tapsLongSuggestion(world, "", {}));

  test("FR-WEB-120, FR-WEB-303: long suggestions wrap on a phone, and a tap sends one", () =>
    tapsLongSuggestion(world, "phone-", PHONE));

  test("FR-WEB-120: a question about many tasks is in sight with its answers", async () => {
    const ada = await Person.member(world.browser, world.stack.url, PHONE);
    for (let number = 1; number <= 8; number += 1) await ada.addTask({ title: `Task ${number}` });
    const page = await ada.open("/chat");
    await page.getByRole("button", { name: "Dismiss the note" }).tap();
    await say(page, "Delete all my tasks");
    await page.getByRole("button", { name: "No", exact: true }).waitFor();
    const cards = page.getByRole("list", { name: "Tasks" }).getByRole("checkbox");
    assert.equal(await cards.count(), 3);
    await screenshot(page, "phone-chat-question");
    await page.getByRole("button", { name: "Show all 8" }).tap();
    await cards.nth(7).waitFor();
    await page.getByRole("button", { name: "No", exact: true }).tap();
    await page.getByRole("heading", { name: "Todochat replied" }).nth(1).waitFor();
    await ada.context.close();
  });

  test("FR-WEB-119: no cards come with a task that could not be found", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.addTask({ title: "Call Sam" });
    const page = await ada.open("/chat");
    await say(page, "Complete the unicorn task");
    assert.equal(await page.getByRole("list", { name: "Tasks" }).count(), 0);
    await ada.context.close();
  });

  test("FR-WEB-127: the note about the built-in assistant stays away once it is dismissed", async () => {
    const ada = await Person.member(world.browser, world.stack.url, PHONE);
    const page = await ada.open("/chat");
    const note = page.getByRole("note");
    await note.getByRole("button", { name: "Connect a language model" }).tap();
    const dialog = page.getByRole("dialog", { name: "Connect a language model" });
    await dialog.getByText("OPENAI_API_KEY=… make run").waitFor();
    assert.deepEqual(await accessibilityViolations(page), []);
    await screenshot(page, "phone-chat-connect");
    await dialog.getByRole("button", { name: "Close" }).tap();
    await note.getByRole("button", { name: "Dismiss the note" }).tap();
    await note.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Tasks" }).tap();
    await page.getByRole("textbox", { name: "Add a task" }).waitFor();
    for (const again of [() => page.goBack(), () => page.reload()]) {
      await again();
      await message(page).waitFor();
      assert.equal(await note.count(), 0);
    }
    await ada.context.close();
  });
}

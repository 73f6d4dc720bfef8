import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, PHONE, screenshot } from "../browser.mjs";
import { conversation, message, say } from "../chat.mjs";

const LOW = { width: 1000, height: 480 };
const EXCHANGES = 8;
const CONVERSATIONS = 16;
const WHEEL = 3000;

/** How much further the page itself and its main part could be scrolled. */
const overflow = (page) =>
  page.evaluate(() => {
    const root = document.documentElement;
    const main = document.querySelector("main");
    return {
      page: root.scrollHeight - root.clientHeight,
      main: main.scrollHeight - main.clientHeight,
    };
  });

async function scrollOver(page, place) {
  await place.hover();
  await page.mouse.wheel(0, WHEEL);
}

async function assertInSight(page) {
  const { y, height } = await message(page).boundingBox();
  assert.ok(y > 0 && y + height <= page.viewportSize().height, `the composer is at ${y}`);
  assert.deepEqual(await overflow(page), { page: 0, main: 0 });
}

export function scrollingCases(world) {
  test("FR-WEB-117: only the conversation scrolls in the chat, however long it is", async () => {
    const ada = await Person.member(world.browser, world.stack.url, { viewport: LOW });
    const page = await ada.open("/chat");
    for (let n = 1; n <= EXCHANGES; n++) await say(page, `Add a task to call person ${n}`);
    await assertInSight(page);
    await scrollOver(page, page.getByRole("navigation", { name: "Conversations" }));
    await assertInSight(page);
    await screenshot(page, "chat-long");
    await page.setViewportSize(PHONE.viewport);
    await assertInSight(page);
    await screenshot(page, "phone-chat-long");
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-117: only the list of conversations scrolls, however many there are", async () => {
    const ada = await Person.member(world.browser, world.stack.url, { viewport: LOW });
    for (let n = 1; n <= CONVERSATIONS; n++)
      await ada.startConversation(`Add a task to call person ${n}`);
    const page = await ada.open("/chat");
    const oldest = conversation(page, "Add a task to call person 1");
    await oldest.waitFor();
    await assertInSight(page);
    await scrollOver(page, page.getByRole("navigation", { name: "Conversations" }));
    await oldest.hover();
    await assertInSight(page);
    await screenshot(page, "chat-many-conversations");
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-117: below the header a long page scrolls, and nothing else does", async () => {
    const ada = await Person.member(world.browser, world.stack.url, { viewport: LOW });
    for (let n = 1; n <= CONVERSATIONS; n++) await ada.addTask({ title: `Call person ${n}` });
    const page = await ada.open("/tasks");
    await page.getByRole("checkbox").first().waitFor();
    assert.equal((await overflow(page)).page, 0);
    await page.goto("/settings");
    await page.getByRole("heading", { name: "Delete account" }).waitFor();
    assert.equal((await overflow(page)).page, 0);
    await ada.context.close();
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, screenshot } from "../browser.mjs";
import { message, messageText, say, send, stop } from "../chat.mjs";

const BEGUN = "Here is";
const WHOLE = "Here is a fixed reply that comes in several pieces.";

export function slowCases(world) {
  test("FR-WEB-104: a reply that is stopped keeps what was written, and the talk goes on", async () => {
    world.script.behaviour = "refused";
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    await message(page).fill("Tell me something [slow 3000]");
    await message(page).press("Enter");
    await messageText(page, BEGUN).waitFor();
    await screenshot(page, "chat-streaming");
    await stop(page).click();
    await send(page).waitFor();
    await screenshot(page, "chat-stopped");
    assert.equal(await messageText(page, WHOLE).count(), 0);
    await page.reload();
    await messageText(page, BEGUN).waitFor();
    assert.equal(await messageText(page, WHOLE).count(), 0);
    await say(page, "Something else");
    await messageText(page, WHOLE).waitFor();
    await ada.context.close();
  });

  test("FR-WEB-108: a page that is loaded again in mid-reply shows the rest of it", async () => {
    world.script.behaviour = "refused";
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    await message(page).fill("Tell me something [slow 1000]");
    await message(page).press("Enter");
    await messageText(page, BEGUN).waitFor();
    await page.waitForURL("**/chat?**");
    await page.reload();
    await stop(page).waitFor();
    await messageText(page, WHOLE).waitFor();
    await send(page).waitFor();
    assert.equal(await messageText(page, BEGUN).count(), 1);
    await ada.context.close();
  });
}

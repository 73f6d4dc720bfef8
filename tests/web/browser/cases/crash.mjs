import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, screenshot } from "../browser.mjs";
import { message, messageText, say } from "../chat.mjs";

const WHOLE = "Here is a fixed reply that comes in several pieces.";

export function crashCases(world) {
  test("FR-WEB-305: a page that stayed open recovers from an API that was killed in mid-reply", async () => {
    world.script.behaviour = "refused";
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    await message(page).fill("Tell me something [slow 3000]");
    await message(page).press("Enter");
    await messageText(page, "Here is").waitFor();
    await world.stack.crashApi();
    await screenshot(page, "chat-crashed");
    await world.stack.restart();
    await messageText(page, "This reply was interrupted.").waitFor();
    await screenshot(page, "chat-recovered");
    // The last words may have been sent and not yet stored.
    assert.equal(await messageText(page, /^Here/).count(), 1);
    await say(page, "Something else");
    await messageText(page, WHOLE).waitFor();
    await ada.context.close();
  });
}

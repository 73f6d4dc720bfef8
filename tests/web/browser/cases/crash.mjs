import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, picture } from "../browser.mjs";
import { message, say, send } from "../chat.mjs";

const WHOLE = "Here is a fixed reply that comes in several pieces.";

export function crashCases(world) {
  test("FR-WEB-313: an API that is killed in mid-reply is told, and the page recovers with it", async () => {
    world.script.behaviour = "refused";
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    await message(page).fill("Tell me something [slow 3000]");
    await message(page).press("Enter");
    await page.getByText("Here is").waitFor();
    await world.stack.crashApi();
    await picture(page, "chat-crashed");
    await world.stack.restart();
    const again = page.getByRole("button", { name: "Try again" });
    await again.or(send(page)).first().waitFor();
    await picture(page, "chat-restarted");
    await page.reload();
    await send(page).waitFor();
    await picture(page, "chat-recovered");
    assert.equal(await page.getByText("Tell me something").count() >= 1, true);
    await say(page, "Something else");
    await page.getByText(WHOLE).last().waitFor();
    await ada.context.close();
  });
}

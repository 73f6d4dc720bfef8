import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, screenshot } from "../browser.mjs";
import { message, say } from "../chat.mjs";

export function hostedCases(world) {
  test("FR-WEB-115: the hosted chat is used when its script works, with the same conversations", async () => {
    const { script, stack } = world;
    const ada = await Person.member(world.browser, stack.url);
    script.behaviour = "refused";
    const page = await ada.open("/chat");
    await say(page, "Hello there");
    script.behaviour = "found";
    await page.goto("/chat");
    await page.getByText("Hosted: Hello there").waitFor();
    await page.getByText("Starting the chat").waitFor({ state: "detached" });
    await screenshot(page, "hosted-found");
    assert.equal(await message(page).count(), 0);
    assert.deepEqual([...new Set(ada.complaints)], [script.url]);
    await ada.context.close();
  });

  test("FR-WEB-115: a script that is refused, hangs or stays blank leads to the built-in chat", async () => {
    const { script, stack } = world;
    const ada = await Person.member(world.browser, stack.url);
    const pages = [];
    for (const behaviour of ["blank", "hanging", "refused"]) {
      script.behaviour = behaviour;
      const asked = script.requested();
      // The load of a page waits for the scripts that it has asked for, and one of these hangs.
      pages.push(await ada.open("/chat", "domcontentloaded"));
      await asked;
      if (behaviour === "hanging") await screenshot(pages[1], "hosted-starting");
    }
    for (const page of pages) await message(page).waitFor();
    for (const page of pages) await say(page, "Hello there");
    await ada.context.close();
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, PHONE, screenshot } from "../browser.mjs";
import { message, say } from "../chat.mjs";
import { resetPassword } from "../passwords.mjs";

const fits = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);

export function phoneCases(world) {
  test("FR-WEB-303: on a phone all of it is within reach, and nothing is wider than the screen", async () => {
    const ada = await Person.member(world.browser, world.stack.url, PHONE);
    const page = await ada.open("/chat");
    await message(page).waitFor();
    await screenshot(page, "phone-chat-welcome");
    assert.ok(await fits(page));
    await say(
      page,
      "Add a task to buy 'a very long title that goes on and on, since people write such'",
    );
    await say(page, "What's pending?");
    await screenshot(page, "phone-chat");
    assert.ok(await fits(page));

    await page.getByRole("button", { name: "Conversations" }).tap();
    const drawer = page.getByRole("dialog", { name: "Conversations" });
    await drawer.getByRole("button", { name: /^Rename/ }).waitFor();
    await screenshot(page, "phone-conversations");
    await drawer.getByRole("button", { name: "New conversation", exact: true }).first().tap();
    await drawer.waitFor({ state: "hidden" });

    await page.getByRole("link", { name: "Tasks" }).tap();
    await page.getByRole("checkbox").first().waitFor();
    await page.getByRole("textbox", { name: "Add a task" }).fill("Buy stamps");
    await page.getByRole("button", { name: "Add", exact: true }).tap();
    await page.getByRole("checkbox", { name: "Buy stamps" }).waitFor();
    await screenshot(page, "phone-tasks");
    await page.getByRole("button", { name: "Lists and views" }).tap();
    const rail = page.getByRole("dialog", { name: "Lists" });
    await rail.getByRole("link", { name: /^Inbox/ }).waitFor();
    await screenshot(page, "phone-tasks-rail");
    await rail.getByRole("link", { name: /^Inbox/ }).tap();
    await rail.waitFor({ state: "hidden" });
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    await page.getByRole("checkbox", { name: "Buy stamps" }).tap();
    await page.getByText("“Buy stamps” is done.").waitFor();
    assert.ok(await fits(page));
    await page.getByRole("link", { name: "Settings" }).tap();
    await page.getByRole("heading", { name: "Connected assistants" }).waitFor();
    await screenshot(page, "phone-settings");
    assert.ok(await fits(page));

    await ada.context.clearCookies();
    await page.goto("/login");
    await resetPassword(page, world.stack, ada.email, "phone-");
    assert.ok(await fits(page));
    await page.getByRole("link", { name: "Get a new link" }).tap();
    await page.getByText(/^todochat reset-password/).waitFor();
    assert.ok(await fits(page));
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });
}

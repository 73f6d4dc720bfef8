import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, screenshot, until } from "../browser.mjs";
import { message, say } from "../chat.mjs";

/** The text that is selected in the field that has the focus, and the field's label. */
const focused = (page) =>
  page.evaluate(() => {
    const { labels, value, selectionStart, selectionEnd } = document.activeElement;
    return {
      label: labels?.[0]?.textContent ?? document.activeElement.tagName,
      selected: value?.slice(selectionStart, selectionEnd),
    };
  });

async function dialogOf(page, name) {
  const dialog = page.getByRole("dialog", { name });
  await dialog.waitFor();
  return dialog;
}

export function focusCases(world) {
  test("FR-WEB-111: the chat opens with the focus in the composer", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    const isFocused = () => message(page).evaluate((field) => field === document.activeElement);
    await until(isFocused, "the composer of a page that was loaded has the focus");
    await page.getByRole("link", { name: "Tasks" }).click();
    await page.getByRole("textbox", { name: "Add a task" }).waitFor();
    await page.getByRole("link", { name: "Chat", exact: true }).click();
    await message(page).waitFor();
    await until(isFocused, "the composer has the focus after a link was followed");
    await page.keyboard.type("Add a task to write a letter");
    assert.equal(await message(page).inputValue(), "Add a task to write a letter");
    await ada.context.close();
  });

  test("FR-WEB-111: the composer has the focus before the page's scripts run", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.context.route("**/_next/static/**/*.js", () => undefined);
    const page = await ada.context.newPage();
    await page.goto("/chat", { waitUntil: "commit" });
    await message(page).waitFor();
    await until(
      () => message(page).evaluate((field) => field === document.activeElement),
      "the composer has the focus",
    );
    await ada.context.close();
  });

  test("FR-WEB-118: the dialog that renames a conversation opens with its title selected", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    await say(page, "Add a task to write a letter");
    await page.getByRole("button", { name: /^Rename/ }).click();
    const dialog = await dialogOf(page, "Rename conversation");
    const { label, selected } = await focused(page);
    assert.equal(label, "Title");
    assert.equal(selected, await dialog.getByLabel("Title").inputValue());
    await screenshot(page, "chat-rename-focus");
    await page.keyboard.type("My letters");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    const list = page.getByRole("navigation", { name: "Conversations" });
    await list.getByRole("button", { name: "My letters", exact: true }).waitFor();
    await ada.context.close();
  });

  test("FR-WEB-118: the dialog that edits a task opens with its title selected", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.addTask({ title: "Water the plants" });
    const page = await ada.open("/tasks");
    await page.getByRole("button", { name: "Edit Water the plants" }).first().click();
    const dialog = await dialogOf(page, "Edit task");
    assert.deepEqual(await focused(page), { label: "Title", selected: "Water the plants" });
    await screenshot(page, "tasks-edit-focus");
    await page.keyboard.type("Feed the cat");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("checkbox", { name: "Feed the cat" }).waitFor();
    await ada.context.close();
  });

  test("FR-WEB-118: the dialogs of tokens and of the account open with the focus in a field", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/settings");
    await page.getByRole("button", { name: "New token" }).click();
    await dialogOf(page, "New token");
    assert.deepEqual(await focused(page), { label: "Name", selected: "" });
    await page.keyboard.type("Backup script");
    await page.keyboard.press("Enter");
    const made = await dialogOf(page, "Your new token");
    const token = await made.getByLabel("Token", { exact: true }).inputValue();
    assert.deepEqual(await focused(page), { label: "Token", selected: token });
    await screenshot(page, "settings-token-focus");
    await made.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Delete account" }).click();
    await dialogOf(page, "Delete your account?");
    assert.equal((await focused(page)).label, "Your password");
    await ada.context.close();
  });
}

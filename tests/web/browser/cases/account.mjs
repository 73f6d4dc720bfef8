import assert from "node:assert/strict";
import { test } from "node:test";
import { PASSWORD, Person, screenshot } from "../browser.mjs";
import { conversation, say, untilNone } from "../chat.mjs";
import { NEW_PASSWORD, resetPassword, signIn } from "../passwords.mjs";

const stored = (page) => page.evaluate(() => localStorage.length + sessionStorage.length);

export function accountCases(world) {
  test("FR-WEB-301, FR-WEB-306: a newcomer's first task by chat shows live elsewhere", async () => {
    const ada = await Person.stranger(world.browser, world.stack.url);
    const chat = await ada.open("/");
    await screenshot(chat, "login");
    await chat.getByRole("link", { name: "Sign up" }).click();
    await chat.getByLabel("Name").fill("Ada Lovelace");
    await chat.getByLabel("E-mail").fill(ada.email);
    await chat.getByLabel("Password").fill(PASSWORD);
    await screenshot(chat, "signup-filled");
    await chat.getByRole("button", { name: "Sign up" }).click();
    await chat.waitForURL("**/chat");
    await untilNone(chat);
    await screenshot(chat, "chat-welcome");

    const tasks = await ada.open("/tasks");
    await tasks.getByText("Nothing to do here").waitFor();
    await screenshot(tasks, "tasks-empty");
    await chat.getByRole("button", { name: "Add a task to buy groceries" }).click();
    await tasks.getByRole("checkbox", { name: "Buy groceries" }).waitFor();
    await chat.getByRole("button", { name: "Send" }).waitFor();
    await screenshot(chat, "chat-first-task");
    await screenshot(tasks, "tasks-first-task");
    assert.equal(await stored(chat), 0);
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-302: who signs out leaves nothing to see, and who comes next sees nothing", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/chat");
    await say(page, "Add a task to call the secret number");
    await page.getByRole("button", { name: "Account of Ada Lovelace" }).click();
    await screenshot(page, "menu");
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/login");
    await page.goBack();
    await page.waitForURL("**/login**");
    assert.equal(await page.getByText("secret number").count(), 0);
    assert.equal(await stored(page), 0);

    await page.goto("/signup");
    await page.getByLabel("Name").fill("Grace");
    await page.getByLabel("E-mail").fill(`grace-${ada.email}`);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.waitForURL("**/chat");
    await untilNone(page);
    assert.equal(await conversation(page, /secret/).count(), 0);
    await page.getByRole("link", { name: "Tasks" }).click();
    await page.getByText("Nothing to do here").waitFor();
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-022, FR-WEB-018, FR-WEB-019: a wrong password is refused, a forgotten one replaced", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const other = await Person.stranger(world.browser, world.stack.url);
    const page = await other.open("/tasks?q=milk");
    await signIn(page, ada.email, "not this one");
    await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
    await screenshot(page, "login-refused");
    await resetPassword(page, world.stack, ada.email, "");
    await page.getByRole("link", { name: "Get a new link" }).click();
    await page.getByRole("link", { name: "Back to sign in" }).click();
    await signIn(page, ada.email, PASSWORD);
    await page.getByText("E-mail or password is wrong.").waitFor();
    await page.goto("/login?next=%2Ftasks%3Fq%3Dmilk");
    await signIn(page, ada.email, NEW_PASSWORD);
    await page.waitForURL("**/tasks?q=milk");

    const before = await ada.open("/chat");
    await before.waitForURL("**/login**");
    assert.deepEqual([...ada.complaints, ...other.complaints], []);
    await ada.context.close();
    await other.context.close();
  });

  test("FR-WEB-016, FR-WEB-017: the password is changed, and the account deleted for good", async () => {
    const other = "another password that is long enough";
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.addTask({ title: "Leave no trace" });
    const page = await ada.open("/settings");
    const section = page.getByRole("region", { name: "Password" });
    for (const current of ["not this one", PASSWORD]) {
      await section.getByLabel("Current password").fill(current);
      await section.getByLabel("New password").fill(other);
      await section.getByRole("button", { name: "Change password" }).click();
      if (current !== PASSWORD) await section.getByText("The password is wrong.").waitFor();
    }
    await page.getByText("Your password is changed.").waitFor();
    assert.equal(await section.getByLabel("Current password").inputValue(), "");
    assert.equal((await ada.ask("/bff/me/tasks")).total, 1);

    await page.getByRole("button", { name: "Delete account" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete your account?" });
    for (const password of [PASSWORD, other]) {
      await dialog.getByLabel("Your password").fill(password);
      await dialog.getByRole("button", { name: "Delete everything" }).click();
      if (password === other) break;
      await dialog.getByText("The password is wrong.").waitFor();
      await screenshot(page, "settings-delete-refused");
    }
    await page.waitForURL("**/signup");
    await page.goBack();
    await page.waitForURL("**/login**");
    await signIn(page, ada.email, other);
    await page.getByText("E-mail or password is wrong.").waitFor();
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });
}

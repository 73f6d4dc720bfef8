import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, screenshot } from "../browser.mjs";

const day = (days) => new Date(Date.now() + days * 24 * 3600_000).toISOString().slice(0, 10);

export function listCases(world) {
  test("FR-WEB-214, FR-WEB-215, FR-WEB-216: lists and views hold their tasks, live", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.addTask({ title: "Pay the rent", due_on: day(-3) });
    await ada.addTask({ title: "Water the plants", due_on: day(4), due_time: "17:00" });
    await ada.addTask({ title: "Read a book" });
    const page = await ada.open("/tasks");
    const rail = page.getByRole("navigation", { name: "Lists and views" });
    const under = (heading, title) =>
      page.getByRole("list", { name: heading }).getByRole("checkbox", { name: title }).waitFor();
    await under("Overdue", "Pay the rent");
    await under("Upcoming", "Water the plants");
    await under("No date", "Read a book");

    await rail.getByRole("button", { name: "New list" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Groceries");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Groceries" }).waitFor();
    await ada.addTask({ title: "Milk", list: "grocery list" });
    await rail.getByRole("link", { name: "Groceries 1 open" }).waitFor();
    await page.getByRole("checkbox", { name: "Milk" }).waitFor();
    await page.getByRole("textbox", { name: "Add a task" }).fill("Bread");
    await page.keyboard.press("Enter");
    await rail.getByRole("link", { name: "Groceries 2 open" }).waitFor();
    await screenshot(page, "tasks-list");

    await rail.getByRole("button", { name: "Change Groceries" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete list" }).click();
    await rail.getByRole("link", { name: "Inbox 5 open" }).waitFor();
    await under("No date", "Bread");
    assert.equal(await rail.getByRole("link", { name: /Groceries/ }).count(), 0);
    await screenshot(page, "tasks-grouped");
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });
}

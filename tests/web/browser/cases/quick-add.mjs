import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityViolations, Person, PHONE, screenshot, until } from "../browser.mjs";

const TAXES = "Submit taxes tomorrow at 5pm p1 #finance every month";

const line = (page) => page.getByRole("textbox", { name: "Add a task" });
const chips = (page) => page.getByRole("list", { name: "Recognised" });
const chip = (page, label) => page.getByRole("button", { name: `Leave in the title: ${label}` });

/** Whether the marks are where the words of the line are: the copy behind it has scrolled as far. */
const isAligned = (page) =>
  page.evaluate(() => {
    const input = document.querySelector("input[aria-label='Add a task']");
    const copy = document.querySelector("mark").closest("div");
    return input.scrollLeft === copy.scrollLeft && input.scrollWidth === copy.scrollWidth;
  });

async function typeTaxes(page, look) {
  await line(page).fill(TAXES);
  await chip(page, "Tomorrow 17:00").waitFor();
  const marked = await page.locator("mark").allTextContents();
  assert.deepEqual(marked, ["tomorrow at 5pm", "p1", "#finance", "every month"]);
  await until(() => isAligned(page), "the marks are behind their words");
  assert.deepEqual(await accessibilityViolations(page), []);
  await screenshot(page, `${look}quick-add`);
}

export function quickAddCases(world) {
  test("FR-WEB-220: the line of a new task shows what it recognises, and Enter adds that", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/tasks");
    await line(page).waitFor();
    await typeTaxes(page, "");
    await chip(page, "#finance").click();
    await chip(page, "#finance").waitFor({ state: "detached" });
    await chip(page, "Monthly").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("checkbox", { name: "Submit taxes #finance" }).waitFor();
    await page.getByText("Tomorrow 17:00").waitFor();
    await chips(page).waitFor({ state: "detached" });
    assert.equal(await line(page).inputValue(), "");

    await ada.context.route("**/parse?*", (route) => route.abort());
    await line(page).fill("Call Sam tomorrow");
    await page.keyboard.press("Enter");
    await page.getByRole("checkbox", { name: "Call Sam tomorrow" }).waitFor();
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-220, FR-WEB-303: so it does on a phone", async () => {
    const ada = await Person.member(world.browser, world.stack.url, PHONE);
    const page = await ada.open("/tasks");
    await line(page).waitFor();
    await typeTaxes(page, "phone-");
    await chip(page, "High priority").tap();
    await chip(page, "High priority").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Add", exact: true }).tap();
    await page.getByRole("checkbox", { name: "Submit taxes p1" }).waitFor();
    await ada.context.close();
  });
}

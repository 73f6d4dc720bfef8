import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { AXE, Person, picture } from "../browser.mjs";
import { message, say } from "../chat.mjs";

const axe = readFileSync(AXE, "utf-8");

/** Return what axe finds on a page, one line each. */
async function violations(page) {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { violations } = await window.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

const STRANGERS = {
  login: async (page) => page.goto("/login"),
  signup: async (page) => page.goto("/signup"),
  "not-found": async (page) => page.goto("/no/such/page"),
  "oauth-error": async (page) => page.goto("/oauth-error?error=invalid_client"),
};

const MEMBERS = {
  "chat-welcome": async (page) => {
    await page.goto("/chat");
    await message(page).waitFor();
  },
  chat: async (page) => {
    await say(page, "Add a task to water the plants tomorrow");
    await say(page, "What's pending?");
  },
  "chat-delete": async (page) => {
    await page.getByRole("button", { name: /^Delete/ }).first().click();
  },
  tasks: async (page) => {
    await page.goto("/tasks");
    await page.getByRole("checkbox").first().waitFor();
  },
  "tasks-edit": async (page) => {
    await page.getByRole("button", { name: "Edit Buy a present" }).first().click();
    await page.getByRole("dialog").waitFor();
  },
  "tasks-nothing-found": async (page) => {
    await page.goto("/tasks?q=nothing+like+this");
    await page.getByText("No task fits").waitFor();
  },
  "consent-stale": async (page) => page.goto("/consent"),
  settings: async (page) => {
    await page.goto("/settings");
    await page.getByText("Connected assistants").waitFor();
  },
  menu: async (page) => {
    await page.getByRole("button", { name: /^Account of/ }).click();
  },
};

/** Go through pages one after the other; return what axe found on them. */
async function tour(page, steps, theme) {
  const found = [];
  for (const [name, go] of Object.entries(steps)) {
    await go(page);
    await picture(page, `${theme}-${name}`);
    found.push(...(await violations(page)).map((line) => `${name}: ${line}`));
  }
  return found;
}

export function looksCases(world) {
  for (const theme of ["light", "dark"]) {
    test(`FR-WEB-309: axe finds nothing on any page, ${theme}`, async () => {
      const { browser, stack } = world;
      const cookie = { name: "theme", value: theme, url: stack.url };
      const stranger = await Person.stranger(browser, stack.url);
      const ada = await Person.member(browser, stack.url);
      await stranger.context.addCookies([cookie]);
      await ada.context.addCookies([cookie]);
      await ada.addTask({ title: "Buy a present", priority: "high", due_on: "2026-01-31", tags: ["home"] });
      await ada.addTask({ title: "Read a book", description: "The one on the shelf" });
      const found = [
        ...(await tour(await stranger.context.newPage(), STRANGERS, theme)),
        ...(await tour(await ada.context.newPage(), MEMBERS, theme)),
      ];
      assert.deepEqual(found, []);
      assert.deepEqual([...stranger.troubles, ...ada.troubles], []);
      await stranger.context.close();
      await ada.context.close();
    });
  }
}

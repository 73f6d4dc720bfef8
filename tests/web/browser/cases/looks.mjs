import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers, Person, picture } from "../browser.mjs";
import { say, untilNone } from "../chat.mjs";

const STRANGERS = {
  login: async (page) => page.goto("/login"),
  signup: async (page) => page.goto("/signup"),
  "not-found": async (page) => page.goto("/no/such/page"),
  "oauth-error": async (page) => page.goto("/oauth-error?error=invalid_client"),
};

const MEMBERS = {
  "chat-welcome": async (page) => {
    await page.goto("/chat");
    await untilNone(page);
  },
  chat: async (page) => {
    await say(page, "Add a task to water the plants tomorrow");
    await say(page, "What's pending?");
  },
  "chat-delete": async (page) => {
    await page
      .getByRole("button", { name: /^Delete/ })
      .first()
      .click();
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
  "tasks-filters": async (page) => {
    await page.goto("/tasks");
    await page.getByRole("checkbox").first().waitFor();
    await page.getByRole("button", { name: "Filter" }).click();
    await page.getByRole("button", { name: "Due date, priority and tags" }).click();
  },
  "tasks-failed": async (page) => {
    const unavailable = { status: 503, json: { status: 503, code: "database_unavailable" } };
    await page.route(/bff\/.*\/tasks\?/, (route) => route.fulfill(unavailable));
    await page.goto("/tasks");
    await page.getByText("Your tasks could not be read.").waitFor();
    await page.unrouteAll();
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
    found.push(...(await barriers(page)).map((line) => `${name}: ${line}`));
  }
  return found;
}

export function looksCases(world) {
  for (const theme of ["light", "dark"]) {
    test(`FR-WEB-304: axe finds nothing on any page, ${theme}`, async () => {
      const { browser, stack } = world;
      const cookie = { name: "theme", value: theme, url: stack.url };
      const stranger = await Person.stranger(browser, stack.url);
      const ada = await Person.member(browser, stack.url);
      await stranger.context.addCookies([cookie]);
      await ada.context.addCookies([cookie]);
      const facts = { priority: "high", due_on: "2026-01-31", tags: ["home"] };
      await ada.addTask({ title: "Buy a present", ...facts });
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

import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityViolations, Person, PHONE, screenshot } from "../browser.mjs";
import { say, untilNone } from "../chat.mjs";

const SIGNED_OUT_PAGES = {
  login: async (page) => page.goto("/login"),
  signup: async (page) => page.goto("/signup"),
  "forgot-password": async (page) => page.goto("/forgot-password"),
  "reset-password-used": async (page) => {
    await page.goto("/reset-password#used");
    await page.getByRole("link", { name: "Get a new link" }).waitFor();
  },
  "not-found": async (page) => page.goto("/no/such/page"),
  "oauth-error": async (page) => page.goto("/oauth-error?error=invalid_client"),
};

const MEMBER_PAGES = {
  "chat-welcome": async (page) => {
    await page.goto("/chat");
    await untilNone(page);
  },
  chat: async (page) => {
    await say(page, "Add a task to water the plants tomorrow");
    await say(page, "What's pending?");
  },
  "chat-question": async (page) => {
    await say(page, "Delete all my tasks");
    await page.getByRole("button", { name: "No", exact: true }).waitFor();
  },
  "chat-rename": async (page) => {
    await page
      .getByRole("button", { name: /^Rename/ })
      .first()
      .click();
    await page.getByRole("dialog").waitFor();
  },
  "chat-delete": async (page) => {
    await page.keyboard.press("Escape");
    await page
      .getByRole("button", { name: /^Delete/ })
      .first()
      .click();
    await page.getByRole("dialog").waitFor();
  },
  tasks: async (page) => {
    await page.goto("/tasks");
    await page.getByRole("checkbox").first().waitFor();
  },
  "tasks-list-menu": async (page) => {
    await page.getByRole("button", { name: "Change Kitchen" }).click();
    await page.getByRole("menuitem", { name: "Archive" }).waitFor();
  },
  "tasks-list-new": async (page) => {
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "New list" }).click();
    await page.getByRole("dialog", { name: "New list" }).waitFor();
  },
  "tasks-list-delete": async (page) => {
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Change Kitchen" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete “Kitchen”?" }).waitFor();
  },
  "tasks-upcoming": async (page) => {
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: /^Upcoming/ }).click();
    await page.getByRole("checkbox", { name: "Bake bread" }).waitFor();
    await page.getByRole("link", { name: "All tasks" }).click();
    await page.getByRole("checkbox", { name: "Buy a present" }).waitFor();
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
    await page.getByRole("button", { name: "Date, list and more" }).click();
    await page.getByRole("textbox", { name: "Tags" }).waitFor();
    await page.getByRole("combobox", { name: "Priority" }).nth(1).waitFor();
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
    await page.getByRole("heading", { name: "Connected assistants" }).waitFor();
  },
  menu: async (page) => {
    await page.getByRole("button", { name: /^Account of/ }).click();
  },
  "settings-new-token": async (page) => {
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "New token" }).click();
    await page.getByRole("dialog").waitFor();
  },
  "settings-token": async (page) => {
    await page.getByRole("dialog").getByLabel("Name").fill("Backup script");
    await page.getByRole("button", { name: "Make the token" }).click();
    await page.getByRole("dialog", { name: "Your new token" }).waitFor();
  },
  "settings-tokens": async (page) => {
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("Backup script").waitFor();
  },
  "settings-delete-account": async (page) => {
    await page.getByRole("button", { name: "Delete account" }).click();
    await page.getByRole("dialog", { name: "Delete your account?" }).waitFor();
  },
};

const PHONE_PAGES = {
  "tasks-phone": async (page) => {
    await page.goto("/tasks");
    await page.getByRole("checkbox").first().waitFor();
  },
  "tasks-rail": async (page) => {
    await page.getByRole("button", { name: "Lists and views" }).click();
    await page
      .getByRole("dialog", { name: "Lists" })
      .getByRole("link", { name: /^Kitchen/ })
      .waitFor();
  },
  "chat-conversations": async (page) => {
    await page.goto("/chat");
    await page.getByRole("button", { name: "Conversations" }).click();
    await page.getByRole("dialog", { name: "Conversations" }).waitFor();
  },
  "chat-conversations-delete": async (page) => {
    const drawer = page.getByRole("dialog", { name: "Conversations" });
    await drawer
      .getByRole("button", { name: /^Delete/ })
      .first()
      .press("Enter");
    await page.getByRole("dialog", { name: "Delete conversation?" }).waitFor();
  },
};

const FAILED_PAGES = {
  broken: async (page) => {
    await page.goto("/settings?broken");
    await page.getByRole("heading", { name: "This page could not be shown" }).waitFor();
  },
  "broken-wholly": async (page) => {
    await page.goto("/signup?broken");
    await page.getByRole("heading", { name: "This page could not be shown" }).waitFor();
  },
};

/**
 * Make scripts fail in pages whose address asks for it, until they are reloaded: in an effect, or
 * while rendering.
 */
function injectFailures() {
  const [{ type }] = performance.getEntriesByType("navigation");
  if (location.search !== "?broken" || type === "reload") return;
  const written = URLSearchParams.prototype.toString;
  const fail = () => {
    throw new Error("This page is meant to fail.");
  };
  Intl.supportedValuesOf = fail;
  URLSearchParams.prototype.toString = function read() {
    return this.has("broken") ? fail() : written.call(this);
  };
}

// What axe checks in each: all of it in one, and in the other what colours decide.
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const THEMES = { light: {}, dark: { runOnly: COLOUR_RULES } };

/** Show a page in a theme, as the cookie and the system would. */
async function show(page, theme) {
  await page.emulateMedia({ colorScheme: theme });
  await page.evaluate((name) => {
    document.documentElement.dataset.theme = name;
  }, theme);
}

/** Visit pages one after the other; return the violations that axe found on them in each theme. */
async function tour(page, steps) {
  const found = [];
  for (const [name, go] of Object.entries(steps)) {
    await go(page);
    for (const [theme, rules] of Object.entries(THEMES)) {
      const look = `${theme}-${name}`;
      await show(page, theme);
      await screenshot(page, look);
      const violations = await accessibilityViolations(page, rules);
      found.push(...violations.map((line) => `${look}: ${line}`));
    }
  }
  return found;
}

export function looksCases(world) {
  test("FR-WEB-304: axe finds nothing on any page or dialog, light or dark", async () => {
    const stranger = await Person.stranger(world.browser, world.stack.url);
    const ada = await Person.member(world.browser, world.stack.url);
    const facts = { priority: "high", due_on: "2026-01-31", tags: ["home"] };
    await ada.addTask({ title: "Buy a present", ...facts });
    await ada.addTask({ title: "Read a book", description: "The one on the shelf" });
    const day = new Date(Date.now() + 3 * 24 * 3600_000).toISOString().slice(0, 10);
    const at = { due_on: day, due_time: "17:00", repeat: "weekly", list: "Kitchen" };
    await ada.addTask({ title: "Bake bread", ...at });
    const page = await ada.context.newPage();
    const found = [
      ...(await tour(await stranger.context.newPage(), SIGNED_OUT_PAGES)),
      ...(await tour(page, MEMBER_PAGES)),
    ];
    await page.setViewportSize(PHONE.viewport);
    found.push(...(await tour(page, PHONE_PAGES)));
    assert.deepEqual(found, []);
    assert.deepEqual([...stranger.complaints, ...ada.complaints], []);
    await stranger.context.close();
    await ada.context.close();
  });

  test("FR-WEB-022, FR-WEB-304: a page that fails says so, without a barrier", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.context.addInitScript(injectFailures);
    const page = await ada.context.newPage();
    assert.deepEqual(await tour(page, { broken: FAILED_PAGES.broken }), []);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    const stranger = await Person.stranger(world.browser, world.stack.url);
    await stranger.context.addInitScript(injectFailures);
    const outside = await stranger.context.newPage();
    const wholly = { "broken-wholly": FAILED_PAGES["broken-wholly"] };
    assert.deepEqual(await tour(outside, wholly), []);
    await outside.getByRole("button", { name: "Try again" }).click();
    await outside.getByRole("button", { name: "Sign up" }).waitFor();
    await stranger.context.close();
    await ada.context.close();
  });
}

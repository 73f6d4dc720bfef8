// Chromium, and users in it.
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "./processes.mjs";

const modules = createRequire(join(ROOT, "frontend_chatkit", "package.json"));
const { chromium, devices } = modules("playwright-core");

export const PASSWORD = "a password that is long enough";
/** The secret of stacks with a mail server, by which a test makes the links that nobody mails. */
export const SECRET = "a secret of the stacks whose mail server is away";

const SCREENSHOTS = new URL("screenshots/", import.meta.url).pathname;
const CHROMIUMS = ["chromium", "chromium-browser", "google-chrome"];
// The same browser for three quarters of the CPU time, but it shows no notifications.
const SHELL = "chromium-headless-shell";
const AXE = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf-8");
const ARGUMENTS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-component-update", "--disable-sync"],
];
const NO_BACKGROUND_NETWORKING = "--disable-background-networking";
const TIMEOUT_MS = 30_000;
const { userAgent, viewport, deviceScaleFactor, hasTouch } = devices["iPhone 13"];
export const PHONE = { userAgent, viewport, deviceScaleFactor, hasTouch };

/** Start Chromium: the one that CHROMIUM names, or the system's, a whole one for notifications. */
export async function startBrowser({ notifications = false } = {}) {
  return await chromium.launch({
    executablePath: findChromium(...(notifications ? CHROMIUMS : [SHELL, ...CHROMIUMS])),
    args: [...ARGUMENTS, NO_BACKGROUND_NETWORKING],
  });
}

/** A whole Chromium with a profile of its own, which can subscribe to push; it has one context. */
export function browserWithProfile(pushArguments) {
  const profile = mkdtempSync(join(tmpdir(), "todochat-profile-"));
  return {
    newContext: (options) =>
      chromium.launchPersistentContext(profile, {
        ...options,
        executablePath: findChromium(...CHROMIUMS),
        args: [...ARGUMENTS, ...pushArguments],
        ignoreDefaultArgs: [NO_BACKGROUND_NETWORKING],
      }),
    remove: () => rmSync(profile, { recursive: true, force: true }),
  };
}

/** A user with a browser context of their own; `complaints` are errors and violations of its pages. */
export class Person {
  complaints = [];

  constructor(context, url, email) {
    this.context = context;
    this.url = url;
    this.email = email;
  }

  /** A user without an account. */
  static async stranger(browser, url, options = {}) {
    const context = await browser.newContext({
      baseURL: url,
      timezoneId: "Europe/Berlin",
      ...options,
    });
    context.setDefaultTimeout(TIMEOUT_MS);
    const person = new Person(context, url, `${crypto.randomUUID()}@example.com`);
    context.on("weberror", (error) => person.complaints.push(`${error.error()}`));
    context.on("console", (message) => {
      if (/Content.Security.Policy|hydrat/i.test(message.text())) {
        person.complaints.push(message.text());
      }
    });
    context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== url) person.complaints.push(request.url());
    });
    return person;
  }

  /** A user who has just signed up and is signed in. */
  static async member(browser, url, options = {}) {
    const person = await Person.stranger(browser, url, options);
    const answer = await person.context.request.post("/api/auth/sign-up/email", {
      // Sign-ups are limited by address: each person has one of their own.
      headers: { origin: url, "x-forwarded-for": nextAddress() },
      data: { name: "Ada Lovelace", email: person.email, password: PASSWORD },
    });
    if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
    if ((await answer.json()).token === null) {
      const confirmed = await person.context.request.post("/api/auth/confirm-address", {
        headers: { origin: url, "x-forwarded-for": nextAddress() },
        data: { token: confirmationToken(person.email), password: PASSWORD },
      });
      if (!confirmed.ok()) throw new Error(`${confirmed.status()}: ${await confirmed.text()}`);
    }
    return person;
  }

  async open(path, waitUntil = "load") {
    const page = await this.context.newPage();
    await page.goto(path, { waitUntil });
    return page;
  }

  /** Send a request to the API as a page of theirs does, and return the JSON of the response. */
  async ask(path, data) {
    const accept = "application/json";
    const headers = { accept, origin: this.url, "sec-fetch-site": "same-origin" };
    const method = data === undefined ? "GET" : "POST";
    const answer = await this.context.request.fetch(path, { method, headers, data });
    if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
    return await answer.json();
  }

  /** Start a conversation in another window, and wait for the end of the reply. */
  async startConversation(message) {
    await this.ask("/bff/me/chat", { message });
  }

  /** Add a task as another window would. */
  async addTask(task) {
    await this.ask("/bff/me/tasks", task);
  }
}

/** Return what a link has in its fragment by which an address is confirmed. */
export function confirmationToken(email) {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const parts = [{ alg: "HS256" }, { email, exp }];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const signed = createHmac("sha256", SECRET).update(text.join("."));
  return [...text, signed.digest("base64url")].join(".");
}

let addresses = 0;

function nextAddress() {
  addresses += 1;
  return `10.0.${addresses >> 8}.${addresses & 255}`;
}

/** Store a screenshot of a whole page where SCREENSHOTS is set; end what moves in any case. */
export async function screenshot(page, name) {
  if (!process.env.SCREENSHOTS) return await endAnimations(page);
  const size = page.viewportSize();
  const below = await page.evaluate(() => {
    const main = document.querySelector("main");
    return main ? main.scrollHeight - main.clientHeight : 0;
  });
  await page.setViewportSize({ ...size, height: size.height + below });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: "disabled" });
  await page.setViewportSize(size);
}

// As playwright does for a screenshot: colours in transition have no contrast to be judged.
async function endAnimations(page) {
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime < Number.POSITIVE_INFINITY) {
        animation.finish();
      }
    }
  });
}

/** Return the violations that axe finds on a page by its rules, or by some, one line each. */
export async function accessibilityViolations(page, rules = {}) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  return await page.evaluate(async (options) => {
    const { violations } = await window.axe.run(options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }, rules);
}

/** Wait until `condition` resolves to something true. */
export async function until(condition, what, timeoutMs = TIMEOUT_MS) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > deadline) throw new Error(`Timed out waiting until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function findChromium(...names) {
  const folders = process.env.PATH.split(delimiter);
  const places = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = process.env.CHROMIUM || places.find((place) => existsSync(place));
  if (!found) throw new Error("Chromium is missing: `apt install chromium` brings it.");
  return found;
}

// Chromium, and the people who sit in front of it.
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./processes.mjs";

const modules = createRequire(join(ROOT, "frontend_chatkit", "package.json"));
const { chromium, devices } = modules("playwright-core");

/** The source of axe, which finds what keeps people with a disability out. */
export const AXE = modules.resolve("axe-core/axe.min.js");
export const PASSWORD = "a password that is long enough";

const SCREENSHOTS = new URL("screenshots/", import.meta.url).pathname;
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const PATIENCE_MS = 30_000;
const { userAgent, viewport, deviceScaleFactor, hasTouch } = devices["iPhone 13"];
export const PHONE = { userAgent, viewport, deviceScaleFactor, hasTouch };

/** Start Chromium; CHROMIUM names another than that of the system. */
export async function startBrowser() {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const executablePath = process.env.CHROMIUM || PLACES.find((path) => existsSync(path));
  if (!executablePath) throw new Error("Chromium is missing: `apt install chromium` brings it.");
  return await chromium.launch({
    executablePath,
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}

/** Somebody with a browser of their own; `troubles` is what the pages complained of. */
export class Person {
  troubles = [];

  constructor(context, url, email) {
    this.context = context;
    this.url = url;
    this.email = email;
  }

  /** Somebody whom Todochat does not know. */
  static async stranger(browser, url, options = {}) {
    const context = await browser.newContext({ baseURL: url, timezoneId: "Europe/Berlin", ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const person = new Person(context, url, `${crypto.randomUUID()}@example.com`);
    context.on("weberror", (error) => person.troubles.push(`${error.error()}`));
    context.on("console", (message) => {
      if (/Content.Security.Policy|hydrat/i.test(message.text())) {
        person.troubles.push(message.text());
      }
    });
    context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== url) person.troubles.push(request.url());
    });
    return person;
  }

  /** Somebody who has just signed up and is signed in. */
  static async member(browser, url, options = {}) {
    const person = await Person.stranger(browser, url, options);
    const answer = await person.context.request.post("/api/auth/sign-up/email", {
      headers: { origin: url },
      data: { name: "Ada Lovelace", email: person.email, password: PASSWORD },
    });
    if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
    return person;
  }

  async open(path) {
    const page = await this.context.newPage();
    await page.goto(path);
    return page;
  }

  /** Add a task as another window would. */
  async addTask(task) {
    const headers = { origin: this.url, "sec-fetch-site": "same-origin" };
    const answer = await this.context.request.post("/bff/me/tasks", { headers, data: task });
    if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
  }
}

/** Keep what a page looks like, for people to look at. */
export async function picture(page, name) {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: "disabled" });
}

/** Wait until `condition` resolves to something true. */
export async function until(condition, what) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > deadline) throw new Error(`It never came true that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

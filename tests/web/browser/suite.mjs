// The browser suite: `node tests/web/browser/suite.mjs`, with the web app built.
// One browser, and one after the other two stacks: the second has a slow model, the hosted chat, and
// a mail server that is away.
import { after, before, describe } from "node:test";
import { SECRET, startBrowser } from "./browser.mjs";
import { accountCases } from "./cases/account.mjs";
import { assistantCases } from "./cases/assistant.mjs";
import { chatCases } from "./cases/chat.mjs";
import { crashCases } from "./cases/crash.mjs";
import { focusCases } from "./cases/focus.mjs";
import { hostedCases } from "./cases/hosted.mjs";
import { listCases } from "./cases/lists.mjs";
import { looksCases } from "./cases/looks.mjs";
import { mailCases, UNREACHABLE } from "./cases/mail.mjs";
import { phoneCases } from "./cases/phone.mjs";
import { quickAddCases } from "./cases/quick-add.mjs";
import { reminderCases } from "./cases/reminders.mjs";
import { replyCases } from "./cases/replies.mjs";
import { scrollingCases } from "./cases/scrolling.mjs";
import { slowCases } from "./cases/slow.mjs";
import { HostedScript } from "./hosted-script.mjs";
import { startSlowModel } from "./model.mjs";
import { stop } from "./processes.mjs";
import { PushService } from "./push-service.mjs";
import { Stack } from "./stack.mjs";

const world = {};
const STARTING = { timeout: 120_000 };

before(async () => {
  world.browser = await startBrowser();
}, STARTING);
after(async () => {
  await world.browser?.close();
}, STARTING);

// Each case has users of its own, and waits more than it works.
describe("With the built-in model", { concurrency: 2 }, () => {
  before(async () => {
    world.push = await new PushService().start();
    world.stack = await Stack.start(world.push.variables);
  }, STARTING);
  after(async () => {
    await world.stack?.stop();
    world.push?.stop();
  }, STARTING);
  reminderCases(world);
  accountCases(world);
  chatCases(world);
  assistantCases(world);
  scrollingCases(world);
  focusCases(world);
  phoneCases(world);
  listCases(world);
  quickAddCases(world);
  replyCases(world);
  looksCases(world);
});

describe("With a slow model and the hosted chat", () => {
  let model;
  before(async () => {
    world.script = new HostedScript();
    const hosted = await world.script.start();
    const [child, variables] = await startSlowModel();
    model = child;
    const mail = { SMTP_URL: UNREACHABLE, BETTER_AUTH_SECRET: SECRET };
    const others = { ...mail, TURN_LEASE: "5", TURN_GRACE: "1" };
    world.stack = await Stack.start({ ...variables, ...hosted, ...others });
  }, STARTING);
  after(async () => {
    await world.stack?.stop();
    if (model) await stop(model);
    world.script.stop();
  }, STARTING);
  hostedCases(world);
  mailCases(world);
  slowCases(world);
  crashCases(world);
});

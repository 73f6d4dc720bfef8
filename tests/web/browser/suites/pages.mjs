// All pages, with the built-in model, and reminders that fire meanwhile.
import { accountCases } from "../cases/account.mjs";
import { listCases } from "../cases/lists.mjs";
import { looksCases } from "../cases/looks.mjs";
import { phoneCases } from "../cases/phone.mjs";
import { quickAddCases } from "../cases/quick-add.mjs";
import { reminderCases } from "../cases/reminders.mjs";
import { PushService } from "../push-service.mjs";
import { suite } from "../suite.mjs";

const CASES = [reminderCases, looksCases, accountCases, phoneCases, listCases, quickAddCases];

async function helpers(world) {
  world.push = await new PushService().start();
  world.helpers.push(world.push);
  return world.push.variables;
}

// One of the three is the reminders, which wait.
suite("pages", CASES, { concurrency: 3, helpers, notifications: true });

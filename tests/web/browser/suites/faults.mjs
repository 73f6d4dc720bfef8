// A slow model, the hosted chat, a mail server that is away, and a crash: one after the other, for
// they share the script of the hosted chat, and the crash hits all.
import { SECRET } from "../browser.mjs";
import { crashCases } from "../cases/crash.mjs";
import { hostedCases } from "../cases/hosted.mjs";
import { mailCases, UNREACHABLE } from "../cases/mail.mjs";
import { slowCases } from "../cases/slow.mjs";
import { HostedScript } from "../hosted-script.mjs";
import { startSlowModel } from "../model.mjs";
import { stop } from "../processes.mjs";
import { suite } from "../suite.mjs";

async function helpers(world) {
  world.script = new HostedScript();
  const hosted = await world.script.start();
  const [model, variables] = await startSlowModel();
  world.helpers.push(world.script, { stop: () => stop(model) });
  const mail = { SMTP_URL: UNREACHABLE, BETTER_AUTH_SECRET: SECRET };
  return { ...variables, ...hosted, ...mail, TURN_LEASE: "5", TURN_GRACE: "1" };
}

suite("faults", [hostedCases, mailCases, slowCases, crashCases], { concurrency: 1, helpers });

// What every suite is: cases against one stack, in one browser. `node suites/NAME.mjs` runs one,
// with the web app built.
import { after, before, describe } from "node:test";
import { startBrowser } from "./browser.mjs";
import { Stack } from "./stack.mjs";

const STARTING = { timeout: 120_000 };

/**
 * Run cases, some at once, for each has users of its own and waits more than it works.
 * `helpers` starts what the stack talks to, puts it into the world, and returns variables for the
 * stack; what is in `world.helpers` is stopped in the end.
 */
export function suite(title, cases, options = {}) {
  const { concurrency = 2, helpers = () => ({}), ...browser } = options;
  const world = { helpers: [] };
  describe(title, { concurrency }, () => {
    before(async () => {
      world.browser = await startBrowser(browser);
      world.stack = await Stack.start(title, await helpers(world));
    }, STARTING);
    after(async () => {
      await world.browser?.close();
      await world.stack?.stop();
      for (const helper of world.helpers) await helper.stop();
    }, STARTING);
    for (const some of cases) some(world);
  });
}

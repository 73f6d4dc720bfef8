import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { barriers, Person, picture } from "../browser.mjs";
import { environment, PYTHON, ROOT } from "../processes.mjs";

/** Start a real MCP client; return the program and the lines that it prints. */
function connect(url) {
  const child = spawn(PYTHON, ["-m", "tests.web.browser.connect", url], {
    cwd: ROOT,
    env: environment({}),
    stdio: ["ignore", "pipe", "inherit"],
  });
  return [child, createInterface({ input: child.stdout })[Symbol.asyncIterator]()];
}

export function assistantCases(world) {
  test("FR-WEB-005, FR-WEB-007: an assistant is let in with its powers in words, and sent away", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    await ada.addTask({ title: "Ask the assistant" });
    const [client, lines] = connect(world.stack.mcpUrl);
    try {
      const page = await ada.open((await lines.next()).value);
      await page.getByRole("heading", { name: /Desk assistant/ }).waitFor();
      await page.getByText("See your tasks").waitFor();
      await page.getByText("Add, change, complete and delete your tasks").waitFor();
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await picture(page, `${colorScheme}-consent`);
        assert.deepEqual(await barriers(page), []);
      }
      assert.deepEqual(ada.troubles, []);
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await page.getByRole("heading", { name: "Back again" }).waitFor();
      assert.match((await lines.next()).value, /Ask the assistant/);

      await page.goto("/settings");
      await picture(page, "settings-connected");
      await page.getByRole("button", { name: "Disconnect Desk assistant" }).click();
      await page.getByRole("button", { name: "Disconnect", exact: true }).click();
      await page.getByText("No assistant is connected").waitFor();
    } finally {
      client.kill();
    }
    await ada.context.close();
  });
}

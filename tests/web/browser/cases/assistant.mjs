import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { accessibilityViolations, PASSWORD, Person, screenshot } from "../browser.mjs";
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

/** Register a client as an editor does, which is called back by a scheme of its own. */
async function register(url, callback) {
  const answer = await fetch(`${url}/api/auth/oauth2/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: "An editor",
      redirect_uris: [callback],
      token_endpoint_auth_method: "none",
    }),
  });
  return await answer.json();
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
        await screenshot(page, `${colorScheme}-consent`);
        assert.deepEqual(await accessibilityViolations(page), []);
      }
      assert.deepEqual(ada.complaints, []);
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      await page.getByRole("heading", { name: "Back again" }).waitFor();
      assert.match((await lines.next()).value, /Ask the assistant/);

      await page.goto("/settings");
      await screenshot(page, "settings-connected");
      await page.getByRole("button", { name: "Disconnect Desk assistant" }).click();
      await page.getByRole("button", { name: "Disconnect", exact: true }).click();
      await page.getByText("No assistant is connected").waitFor();
    } finally {
      client.kill();
    }
    await ada.context.close();
  });

  test("FR-WEB-005, FR-WEB-023: a newcomer whom an assistant brings may say no, and keeps their time zone", async () => {
    const grace = await Person.stranger(world.browser, world.stack.url);
    const [client, lines] = connect(world.stack.mcpUrl);
    try {
      const page = await grace.open((await lines.next()).value);
      await page.getByRole("link", { name: "Sign up" }).click();
      await page.getByLabel("Name").fill("Grace");
      await page.getByLabel("E-mail").fill(grace.email);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign up" }).click();
      await page.getByRole("heading", { name: /Desk assistant/ }).waitFor();
      assert.equal((await grace.ask("/bff/me/settings")).timezone, "Europe/Berlin");
      assert.deepEqual(grace.complaints, []);
      await page.getByRole("button", { name: "Don’t allow" }).click();
      await page.getByRole("heading", { name: "Back again" }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get("error"), "access_denied");
      assert.equal((await lines.next()).value, "sent away");
      await page.goto("/settings");
      await page.getByText("No assistant is connected").waitFor();
    } finally {
      client.kill();
    }
    await grace.context.close();
  });

  test("FR-WEB-008: who lets an app on their device in is told to go on there", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const callback = "cursor://anysphere.cursor-mcp/oauth/callback";
    const { client_id } = await register(world.stack.url, callback);
    const query = new URLSearchParams({
      response_type: "code",
      client_id,
      redirect_uri: callback,
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
      resource: world.stack.mcpUrl,
      scope: "tasks:read",
    });
    const page = await ada.open(`/api/auth/oauth2/authorize?${query}`);
    await page.getByText("the app on this device that opens cursor:").waitFor();
    await page.getByRole("button", { name: "Allow", exact: true }).click();
    const again = page.getByRole("link", { name: "Open the app again" });
    assert.match(
      await again.getAttribute("href"),
      /^cursor:\/\/anysphere\.cursor-mcp\/.+[?&]code=/,
    );
    await screenshot(page, "consent-app");
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });
}

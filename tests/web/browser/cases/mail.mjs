import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accessibilityViolations,
  confirmationToken,
  PASSWORD,
  Person,
  PHONE,
  screenshot,
} from "../browser.mjs";

export const UNREACHABLE = "smtp://127.0.0.1:9?from=todo%40example.com";

export function mailCases(world) {
  test("FR-WEB-018: a link is requested by e-mail, and nothing shows that no message was sent", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/forgot-password");
    await page.getByLabel("E-mail").fill(ada.email);
    await screenshot(page, "forgot-password-by-mail");
    const violations = await accessibilityViolations(page);
    await page.getByRole("button", { name: "Send the link" }).click();
    await page.getByText(/^If there is an account for/).waitFor();
    await screenshot(page, "forgot-password-requested");
    violations.push(...(await accessibilityViolations(page)));
    await page.setViewportSize(PHONE.viewport);
    await screenshot(page, "phone-forgot-password-requested");
    assert.deepEqual(violations, []);
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });

  test("FR-WEB-035, FR-WEB-039: who signs up opens a link, and is in with the password", async () => {
    const grace = await Person.stranger(world.browser, world.stack.url);
    const page = await grace.open("/signup");
    await page.getByLabel("Name").fill("Grace");
    await page.getByLabel("E-mail").fill(grace.email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByText(/^A message is on its way to/).waitFor();
    await screenshot(page, "signup-mailed");
    const violations = await accessibilityViolations(page);
    await page.goto(`/confirm-address?next=%2Ftasks#${confirmationToken(grace.email)}`);
    await screenshot(page, "confirm-address");
    violations.push(...(await accessibilityViolations(page)));
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Confirm and sign in" }).click();
    await page.waitForURL("**/tasks");
    await page.goto("/settings");
    await page.getByRole("button", { name: "Mail me reminders" }).click();
    await page.getByText(`Reminders are mailed to ${grace.email}`).waitFor();
    assert.deepEqual(violations, []);
    assert.deepEqual(grace.complaints, []);
    await grace.context.close();
  });
}

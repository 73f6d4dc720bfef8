import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityViolations, Person, PHONE, screenshot } from "../browser.mjs";

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

  test("FR-WEB-125: reminders by e-mail begin with a link to verify the address", async () => {
    const ada = await Person.member(world.browser, world.stack.url);
    const page = await ada.open("/settings");
    await page.getByRole("button", { name: "Mail me reminders" }).click();
    await page.getByText(`Open the link in the message to ${ada.email}`).waitFor();
    await screenshot(page, "settings-verify-email");
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.goto("/settings?verified=email&error=TOKEN_EXPIRED");
    await page.getByText("This link has expired").waitFor();
    assert.equal(new URL(page.url()).search, "");
    assert.deepEqual(ada.complaints, []);
    await ada.context.close();
  });
}

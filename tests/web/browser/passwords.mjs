// A forgotten password as a user gets a new one.
import { screenshot } from "./browser.mjs";

export const NEW_PASSWORD = "another password that is long enough";

export async function signIn(page, email, password) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** From the sign-in page, get a link that the operator makes, and use it; `look` names the pictures. */
export async function resetPassword(page, stack, email, look) {
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByText(/^todochat reset-password/).waitFor();
  await screenshot(page, `${look}forgot-password`);
  const link = await stack.command("reset-password", email);
  await page.goto(link);
  await page.getByText(`For the account of ${email}.`).waitFor();
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  await screenshot(page, `${look}reset-password`);
  await page.getByRole("button", { name: "Save the password" }).click();
  await page.getByText("Your password is changed").waitFor();
  await screenshot(page, `${look}reset-password-changed`);
  await page.reload();
  await page.getByRole("link", { name: "Get a new link" }).waitFor();
  await screenshot(page, `${look}reset-password-used`);
}

import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { NewToken } from "@/features/settings/new-token";
import { Password } from "@/features/settings/password";
import { UserProvider } from "@/lib/user";
import "@/features/tasks/testing/browser";

const USER = { id: "ann", name: "Ann", email: "ann@example.com", timezone: "UTC" };
const REQUIRED = { code: "recent_login_required", detail: "Confirm your password.", status: 403 };
const CREATED = { id: "1", name: "backup", token: "tdc_secret" };
const CONFIRM = "/api/auth/confirm-password";

let sent: string[] = [];

afterEach(() => {
  sent = [];
  vi.unstubAllGlobals();
});

/** A server that makes tokens only after the password, and calls one password wrong. */
function serving() {
  let confirmed = false;
  vi.stubGlobal("fetch", async (input: string | Request, init: RequestInit = {}) => {
    const request = input instanceof Request ? input : new Request(`http://test${input}`, init);
    const path = new URL(request.url).pathname;
    sent.push(path);
    if (path === CONFIRM) {
      confirmed = ((await request.json()) as { password: string }).password === "right";
      const body = confirmed ? { confirmed } : { code: "INVALID_PASSWORD" };
      return Response.json(body, { status: confirmed ? 200 : 400 });
    }
    if (path.startsWith("/api/auth/")) return Response.json({});
    return confirmed
      ? Response.json(CREATED, { status: 201 })
      : Response.json(REQUIRED, { status: 403 });
  });
}

function show(section: ReactNode) {
  render(
    <UserProvider user={USER}>
      <ToastProvider>{section}</ToastProvider>
    </UserProvider>,
  );
}

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

test("FR-WEB-043: a token is made once the password is confirmed, without typing its name again", async () => {
  serving();
  show(<NewToken open onClose={() => undefined} onCreated={async () => undefined} />);
  await userEvent.type(screen.getByLabelText("Name"), "backup");
  await press("Make the token");
  const password = await screen.findByLabelText("Your password");
  await userEvent.type(password, "wrong");
  await press("Go on");
  expect(await screen.findByText("The password is wrong.")).toBeTruthy();
  await userEvent.clear(password);
  await userEvent.type(password, "right");
  await press("Go on");
  expect(await screen.findByLabelText("Token")).toHaveProperty("value", "tdc_secret");
});

test("FR-WEB-043: who does not confirm keeps the form, and is told why nothing was made", async () => {
  serving();
  show(<NewToken open onClose={() => undefined} onCreated={async () => undefined} />);
  await userEvent.type(screen.getByLabelText("Name"), "backup");
  await press("Make the token");
  await screen.findByLabelText("Your password");
  const [, close] = screen.getAllByRole("button", { name: "Close" });
  if (close) await userEvent.click(close);
  expect(await screen.findByText("Confirm your password.")).toBeTruthy();
  expect(screen.getByLabelText("Name")).toHaveProperty("value", "backup");
  expect(sent).not.toContain(CONFIRM);
});

test("FR-WEB-041: with a new password everything else is revoked where that is chosen", async () => {
  serving();
  show(<Password />);
  const change = async () => {
    await userEvent.type(screen.getByLabelText("Current password"), "the old one");
    await userEvent.type(screen.getByLabelText("New password"), "a longer password");
    await press("Change password");
  };
  await change();
  await waitFor(() => expect(sent).toEqual(["/api/auth/change-password"]));
  await userEvent.click(screen.getByRole("checkbox"));
  await change();
  await waitFor(() => expect(sent.at(-1)).toBe("/api/auth/sign-out-everywhere"));
});

test("FR-WEB-041: all other sessions are ended without a new password", async () => {
  serving();
  show(<Password />);
  await press("Sign out everywhere else");
  expect(await screen.findByText("You are signed out everywhere else.")).toBeTruthy();
  expect(sent).toEqual(["/api/auth/sign-out-everywhere"]);
});

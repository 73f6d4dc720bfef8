import "@/features/tasks/testing/browser";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { ReminderEmail } from "@/features/settings/reminder-email";
import { UserProvider } from "@/lib/user";

const ADA = { id: "ada", name: "Ada", email: "ada@example.org", timezone: "UTC" };
const OFF = { available: true, address: null, last_ok_at: null, failures: 0, last_error: null };
const NOT_VERIFIED = { title: "", status: 422, code: "email_not_verified", detail: "Verify it" };

afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

/** An API whose user has or has not verified the address; returns the requests. */
function fakeApi(state: Partial<typeof OFF> & { verified?: boolean } = {}) {
  const sent: string[] = [];
  const { verified = true, ...given } = state;
  let known: object = { ...OFF, ...given };
  vi.stubGlobal("fetch", async (path: string, { method = "GET" }: RequestInit = {}) => {
    sent.push(`${method} ${path.replace(/^.*\/(me|auth)\//, "")}`);
    if (method === "PUT" && !verified) return Response.json(NOT_VERIFIED, { status: 422 });
    if (method === "PUT") known = { ...OFF, address: ADA.email };
    if (method === "DELETE") known = OFF;
    return method === "DELETE" ? new Response(null, { status: 204 }) : Response.json(known);
  });
  return sent;
}

function show() {
  render(
    <UserProvider user={ADA}>
      <ToastProvider>
        <ReminderEmail />
      </ToastProvider>
    </UserProvider>,
  );
  return userEvent.setup();
}

const button = (name: string) => screen.findByRole("button", { name });

test("FR-WEB-125: reminders by e-mail are turned on and off", async () => {
  const sent = fakeApi();
  const ada = show();
  await ada.click(await button("Mail me reminders"));
  expect(await screen.findByText(ADA.email)).toBeDefined();
  await ada.click(await button("Turn off e-mail"));
  await button("Mail me reminders");
  expect(sent.filter((one) => !one.startsWith("GET"))).toEqual([
    "PUT reminder-email",
    "DELETE reminder-email",
  ]);
});

test("FR-WEB-125: an address that is not verified gets a link first", async () => {
  const sent = fakeApi({ verified: false });
  const ada = show();
  await ada.click(await button("Mail me reminders"));
  expect(await screen.findByText(/^Open the link/)).toBeDefined();
  expect(sent).toContain("POST send-verification-email");
  await button("Mail me reminders");
});

test("FR-WEB-125: the link of the message turns them on, once", async () => {
  const sent = fakeApi();
  window.history.replaceState(null, "", "/settings?verified=email");
  show();
  expect(await screen.findByText(ADA.email)).toBeDefined();
  expect(sent).toContain("PUT reminder-email");
  expect(window.location.search).toBe("");
});

test("FR-WEB-125: a failed message is shown", async () => {
  fakeApi({ address: ADA.email as never, failures: 2, last_error: "It is away." as never });
  show();
  expect(await screen.findByText(/was not delivered: It is away./)).toBeDefined();
});

test("FR-WEB-125: an installation without e-mail offers none", async () => {
  const sent = fakeApi({ available: false });
  show();
  await waitFor(() => expect(sent).toContain("GET reminder-email"));
  expect(screen.queryByRole("button")).toBeNull();
});

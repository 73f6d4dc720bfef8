import "@/features/tasks/testing/browser";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { Notifications } from "@/features/settings/notifications";
import { UserProvider } from "@/lib/user";

const ID = "01900000-0000-7000-8000-000000000001";
const ADA = { id: "ada", name: "Ada", email: "ada@example.org", timezone: "UTC" };
const ENDPOINT = "https://push.example/1";

afterEach(() => vi.unstubAllGlobals());

/** A browser with push, and an API that stores its subscription; returns the requests. */
function fakeBrowser(permission: NotificationPermission) {
  const sent: string[] = [];
  let stored = false;
  const subscription = {
    toJSON: () => ({ endpoint: ENDPOINT, keys: { p256dh: "p", auth: "a" } }),
    unsubscribe: async () => true,
  };
  const registration = {
    pushManager: {
      getSubscription: async () => (stored ? subscription : null),
      subscribe: async () => subscription,
    },
  };
  const one = { id: ID, user_agent: "Chrome Linux", failures: 0, last_error: null };
  const respond = (method: string, path: string): unknown => {
    if (path.endsWith("/settings")) return { default_reminder: "0m" };
    if (path.endsWith("/test")) return { sent: true, error: null };
    if (method === "DELETE") stored = false;
    if (method === "POST") stored = true;
    return method === "POST" ? one : { public_key: "key", subscriptions: stored ? [one] : [] };
  };
  vi.stubGlobal("Notification", { requestPermission: async () => permission });
  vi.stubGlobal("PushManager", {});
  vi.stubGlobal("navigator", {
    ...navigator,
    serviceWorker: {
      register: async () => registration,
      ready: Promise.resolve(registration),
      getRegistration: async () => registration,
    },
  });
  vi.stubGlobal("fetch", async (path: string, { method = "GET" }: RequestInit = {}) => {
    sent.push(`${method} ${path.replace(/^.*\/me/, "")}`);
    return Response.json(respond(method, path));
  });
  return sent;
}

function show() {
  render(
    <UserProvider user={ADA}>
      <ToastProvider>
        <Notifications />
      </ToastProvider>
    </UserProvider>,
  );
}

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

test("FR-WEB-122: a browser takes notifications, is tested, and is turned off", async () => {
  const sent = fakeBrowser("granted");
  show();
  await press("Notify me in this browser");
  await press("Send a test to This browser");
  expect(await screen.findByText("A test message was sent.")).toBeDefined();
  await press("Turn off This browser");
  await screen.findByRole("button", { name: "Notify me in this browser" });
  expect(sent).toContain(`POST /push-subscriptions/${ID}/test`);
  expect(sent).toContain(`DELETE /push-subscriptions/${ID}`);
});

test("FR-WEB-122: a browser that denies it says where that is changed", async () => {
  fakeBrowser("denied");
  show();
  await press("Notify me in this browser");
  expect(await screen.findByText(/does not allow notifications/)).toBeDefined();
});

test("FR-WEB-122: the usual reminder is chosen", async () => {
  const sent = fakeBrowser("granted");
  show();
  const usual = await screen.findByLabelText("Remind me of tasks with a time");
  await waitFor(() => expect(usual).toHaveProperty("value", "0m"));
  await userEvent.selectOptions(usual, "1 hour before");
  await waitFor(() => expect(sent).toContain("PATCH /settings"));
});

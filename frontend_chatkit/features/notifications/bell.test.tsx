import "@/features/tasks/testing/browser";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { BellButton } from "@/features/notifications/bell";
import type { AppNotification } from "@/features/notifications/requests";
import { instantWords } from "@/features/notifications/words";
import { LiveProvider } from "@/features/tasks/live-context";
import { FakeApi } from "@/features/tasks/testing/api";
import { task } from "@/features/tasks/testing/tasks";
import { UserProvider } from "@/lib/user";

const ADA = { id: "ada", name: "Ada", email: "ada@example.org", timezone: "UTC" };
const FIRED: AppNotification = {
  id: "01900000-0000-7000-8000-000000000007",
  task_id: 1,
  title: "Call Sam",
  fires_at: "2026-11-30T17:05:00Z",
  late: false,
  created_at: "2026-11-30T17:05:01Z",
  read_at: null,
};

afterEach(() => vi.unstubAllGlobals());

function show() {
  const onGo = vi.fn();
  render(
    <UserProvider user={ADA}>
      <ToastProvider>
        <LiveProvider>
          <BellButton onGo={onGo} />
        </LiveProvider>
      </ToastProvider>
    </UserProvider>,
  );
  return { user: userEvent.setup(), onGo };
}

const bell = (name: string) => screen.findByRole("button", { name });

describe("FR-WEB-121: the bell", () => {
  test("counts what is unread, lists it, and opens its task", async () => {
    const api = new FakeApi([task(1, { title: "Call Sam" })]);
    api.notifications.push({ ...FIRED });
    const { user, onGo } = show();
    await user.click(await bell("Notifications, 1 unread"));
    await bell("Notifications");
    expect(api.requests("POST", /read$/)).toHaveLength(1);
    await user.click(await screen.findByRole("button", { name: "Call Sam" }));
    expect(onGo).toHaveBeenCalledWith("/tasks?task=1");
    expect(screen.queryByRole("region", { name: "Newest notifications" })).toBeNull();
  });

  test("a reminder that fires is counted and shown, with what can be done", async () => {
    const api = new FakeApi([task(1, { title: "Call Sam" })]);
    const { user } = show();
    await bell("Notifications");
    await waitFor(() => expect(api.streams).toBe(1));
    api.notify({ ...FIRED });
    await bell("Notifications, 1 unread");
    await user.click(await screen.findByRole("button", { name: "Done" }));
    expect(await screen.findByText("“Call Sam” is done.")).toBeDefined();
    expect(api.tasks[0]?.completed).toBe(true);
    await bell("Notifications");
  });

  test("a reminder can come again in an hour", async () => {
    const api = new FakeApi([task(1, { title: "Call Sam" })]);
    api.notifications.push({ ...FIRED });
    const { user } = show();
    await user.click(await bell("Notifications, 1 unread"));
    await user.click(await screen.findByRole("button", { name: /^In an hour/ }));
    expect(await screen.findByText(/again in an hour/)).toBeDefined();
    expect(api.requests("POST", /snooze$/)).toHaveLength(1);
  });

  test("times are those of the user's day", () => {
    const now = new Date("2026-12-01T05:00:00Z");
    expect(instantWords(FIRED.fires_at, "UTC", now)).toBe("Yesterday 17:05");
    expect(instantWords(FIRED.fires_at, "Asia/Tokyo", now)).toBe("Today 02:05");
  });
});

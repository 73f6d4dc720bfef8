import "@/features/tasks/testing/browser";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { CalendarFeed } from "@/features/settings/calendar-feed";
import { YourData } from "@/features/settings/your-data";
import { UserProvider } from "@/lib/user";

const USER = { id: "ann", name: "Ann", email: "ann@example.com", timezone: "UTC" };
const FEED = { created_at: "2026-11-30T10:00:00Z", path: "/calendar/secret.ics" };

let sent: string[] = [];

beforeEach(() => {
  sent = [];
});
afterEach(() => vi.unstubAllGlobals());

/** An API that answers each request by its method and path. */
function answering(answers: Record<string, unknown>) {
  vi.stubGlobal("fetch", async (path: string, { method = "GET" }: RequestInit = {}) => {
    const request = `${method} ${path.replace(/^.*\/me/, "")}`;
    sent.push(request);
    const answer = answers[request];
    return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
  });
}

function show(section: React.ReactNode) {
  render(
    <UserProvider user={USER}>
      <ToastProvider>{section}</ToastProvider>
    </UserProvider>,
  );
}

const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

test("FR-WEB-123: the address of the calendar is shown once, and can be revoked", async () => {
  answering({ "GET /calendar-feed": { created_at: null }, "POST /calendar-feed": FEED });
  show(<CalendarFeed apiUrl="https://api.example" />);
  await press("Make an address");
  expect(await screen.findByLabelText("Address")).toHaveProperty(
    "value",
    "https://api.example/calendar/secret.ics",
  );
  await press("Revoke the address");
  await waitFor(() => expect(screen.queryByLabelText("Address")).toBeNull());
  expect(sent).toEqual(["GET /calendar-feed", "POST /calendar-feed", "DELETE /calendar-feed"]);
});

test("FR-WEB-123: an address that was made before is not shown again", async () => {
  answering({ "GET /calendar-feed": { created_at: FEED.created_at } });
  show(<CalendarFeed apiUrl="https://api.example" />);
  expect(await screen.findByText(/not shown again/)).toBeTruthy();
  expect(await screen.findByRole("button", { name: "Make a new address" })).toBeTruthy();
});

test("FR-WEB-124: an import is shown before it is made", async () => {
  const preview = {
    dry_run: true,
    imported: 1,
    refused: 1,
    lists_created: ["Groceries"],
    tasks: [{ title: "Milk" }],
    refused_lines: [{ line: 3, code: "title", message: "It has no title." }],
  };
  answering({
    "POST /import?format=csv&dry_run=true": preview,
    "POST /import?format=csv&skip_refused=true": { ...preview, dry_run: false },
  });
  show(<YourData />);
  await userEvent.upload(screen.getByLabelText("Import a file"), new File(["x"], "tasks.CSV"));
  expect(
    await screen.findByText(/1 task would come, into the new lists Groceries; 1 line/),
  ).toBeTruthy();
  expect(screen.getByText("Line 3: It has no title.")).toBeTruthy();
  await press("Import");
  expect(await screen.findByText("1 task is imported.")).toBeTruthy();
  expect(sent).toHaveLength(2);
});

test("FR-WEB-124: a file of another kind is refused before it is sent", async () => {
  answering({});
  show(<YourData />);
  const file = new File(["x"], "tasks.pdf");
  await userEvent.upload(screen.getByLabelText("Import a file"), file, { applyAccept: false });
  expect(await screen.findByText(/ends with .json, .csv or .ics/)).toBeTruthy();
  expect(sent).toEqual([]);
});

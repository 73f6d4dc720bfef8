import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { vi } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { Panel } from "@/features/chat/panel";
import {
  conversation,
  type FakeApi,
  json,
  NOW,
  THREAD,
  userMessage,
} from "@/features/chat/testing/responses";
import { LiveProvider } from "@/features/tasks/live-context";
import { UserProvider } from "@/lib/user";

const ADA = { id: "ada", name: "Ada", email: "ada@example.org", timezone: "Europe/Berlin" };
export const AT = "2026-11-21T10:00:00Z";

export const OTHER = "01900000-0000-7000-8000-000000000002";
export const HELLO = userMessage("q1", "hello");

/** Add what jsdom lacks of a browser. */
export function completeBrowser(): void {
  vi.stubGlobal("ResizeObserver", FakeResizeObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
}

class FakeResizeObserver {
  observe() {}
  disconnect() {}
}

function threads(...titles: [string, string][]) {
  return json({
    data: titles.map(([id, title]) => ({ id, title, created_at: AT })),
    has_more: false,
  });
}

type Start = { start: string | null; hasNote: boolean };

function Placed({ start, hasNote }: Start) {
  const [threadId, go] = useState(start);
  return <Panel place={{ threadId, go }} timezone="Europe/Berlin" hasNote={hasNote} />;
}

/** Open the chat with two conversations beside it, and return its user. */
export function open(api: FakeApi, start: string | null = null, hasNote = false) {
  api.on("threads.list", threads([THREAD, "Groceries"], [OTHER, "Travel"])).on(NOW, conversation());
  render(
    <UserProvider user={ADA}>
      <ToastProvider>
        <LiveProvider>
          <Placed start={start} hasNote={hasNote} />
        </LiveProvider>
      </ToastProvider>
    </UserProvider>,
  );
  return userEvent.setup();
}

export const message = () => screen.getByRole("textbox", { name: "Message" });
export const log = () => screen.getByRole("log");
export const ready = () => screen.findByRole("button", { name: "Good reply" });

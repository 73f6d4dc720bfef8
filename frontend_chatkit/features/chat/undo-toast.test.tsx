import "@/features/tasks/testing/browser";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { useUndoToast } from "@/features/chat/undo-toast";
import { LiveProvider } from "@/features/tasks/live-context";
import { FakeApi, refusal } from "@/features/tasks/testing/api";
import { task } from "@/features/tasks/testing/tasks";

const THREAD = "01900000-0000-7000-8000-000000000001";
const TURN = "01900000-0000-7000-8000-000000000002";

function Chat({ busy }: { busy: boolean }) {
  useUndoToast(THREAD, busy);
  return null;
}

const page = (busy: boolean) => (
  <ToastProvider>
    <LiveProvider>
      <Chat busy={busy} />
    </LiveProvider>
  </ToastProvider>
);

/** A chat whose reply is in progress; every turn is of the conversation `ofThread`. */
async function replying({ ofThread = THREAD, overtaken = false } = {}) {
  const api = new FakeApi([task(1, { title: "Milk" }), task(2), task(3)]);
  api.instead = ({ method, path }) => {
    if (path === "") return Response.json({ id: TURN, conversation_id: ofThread });
    if (method !== "POST") return null;
    return overtaken ? refusal(409, "not_the_newest_change", "") : Response.json({ task_id: 1 });
  };
  const { rerender } = render(page(true));
  await waitFor(() => expect(api.streams).toBe(1));
  api.turnId = TURN;
  return {
    api,
    user: userEvent.setup(),
    end: () => rerender(page(false)),
    ask: () => rerender(page(true)),
  };
}

const undo = () => screen.findByRole("button", { name: "Undo" });

test("FR-WEB-126: what a reply did is taken back as one", async () => {
  const { api, user, end } = await replying();
  for (const id of [1, 2, 3]) api.change(id, { completed: true });
  end();
  await user.click(await undo());
  expect(api.requests("POST", /undo/)).toMatchObject([{ body: { change_id: 3 } }]);
  await waitFor(() => expect(screen.queryByRole("button", { name: "Undo" })).toBeNull());
});

test("FR-WEB-126: changes that arrive after the reply count too", async () => {
  const { api, end } = await replying();
  end();
  api.change(2, { completed: true });
  api.change(3, { completed: true });
  expect(await screen.findByText("2 tasks were changed.")).toBeDefined();
});

test("FR-WEB-126: one task is named", async () => {
  const { api, end } = await replying();
  api.add({ title: "Bread" });
  end();
  expect(await screen.findByText("“Bread” was added.")).toBeDefined();
});

test("FR-WEB-126: where something was changed since, nothing is undone", async () => {
  const { api, user, end } = await replying({ overtaken: true });
  api.delete(1);
  end();
  await screen.findByText("The task was deleted.");
  await user.click(await undo());
  expect(await screen.findByText(/^Something else was changed since/)).toBeDefined();
});

test("FR-WEB-126: no undo is offered for other conversations, nor for an undo", async () => {
  const other = await replying({ ofThread: "another" });
  other.api.add({ title: "Bread" });
  other.end();
  await waitFor(() => expect(other.api.sent.some(({ path }) => path === "")).toBe(true));
  const { api, end } = await replying();
  api.delete(1);
  api.undo();
  end();
  api.turnId = null;
  api.add({ title: "Eggs" });
  api.turnId = "01900000-0000-7000-8000-000000000003";
  api.add({ title: "Salt" });
  expect(await screen.findByText("“Salt” was added.")).toBeDefined();
  expect(screen.getAllByRole("button", { name: "Undo" })).toHaveLength(1);
});

test("FR-WEB-126: the offer ends with the next message", async () => {
  const { api, end, ask } = await replying();
  api.add({ title: "Bread" });
  end();
  await undo();
  ask();
  await waitFor(() => expect(screen.queryByRole("button", { name: "Undo" })).toBeNull());
});

test("FR-WEB-126: what one reply did is not offered behind the next", async () => {
  const { api, end, ask } = await replying();
  api.add({ title: "Bread" });
  await waitFor(() => expect(api.tasks).toHaveLength(4));
  end();
  ask();
  end();
  const offer = screen.findByRole("button", { name: "Undo" }, { timeout: 800 });
  await expect(offer).rejects.toThrow();
});

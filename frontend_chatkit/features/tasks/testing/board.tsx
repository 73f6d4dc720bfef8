import "@/features/tasks/testing/browser";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { TaskBoard } from "@/features/tasks/board";
import { LiveProvider } from "@/features/tasks/live-context";
import { UserProvider } from "@/lib/user";

const ADA = { id: "ada", name: "Ada", email: "ada@example.org", timezone: "UTC" };

function Page({ start }: { start: string }) {
  const [query, setQuery] = useState(start);
  return (
    <UserProvider user={ADA}>
      <ToastProvider>
        <LiveProvider>
          <output data-testid="address">{query}</output>
          <TaskBoard query={query} onQuery={setQuery} />
        </LiveProvider>
      </ToastProvider>
    </UserProvider>
  );
}

/** Render the page of tasks at an address; return the simulated user. */
export function show(query = "") {
  render(<Page start={query} />);
  return userEvent.setup();
}

export const box = (name: string) => screen.findByRole("checkbox", { name });
export const titles = () =>
  screen.queryAllByRole("checkbox").map((one) => one.getAttribute("aria-label"));
/** Wait until the tasks of these titles are listed, in this order. */
export const showing = (...expected: string[]) => waitFor(() => expect(titles()).toEqual(expected));
export const address = () => screen.getByTestId("address").textContent;
/** Press a button, once it is there: its component may still be loading. */
export const press = async (name: string | RegExp) =>
  userEvent.click(await screen.findByRole("button", { name }));

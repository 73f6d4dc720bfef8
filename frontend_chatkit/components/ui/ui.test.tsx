import { act, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Menu } from "@/components/ui/menu";
import { ToastProvider, useToast } from "@/components/ui/toast";

describe("FR-WEB-025: buttons and fields", () => {
  it("does nothing while busy, but keeps the focus", async () => {
    const run = vi.fn();
    render(
      <Button busy onClick={run}>
        Save
      </Button>,
    );
    const button = screen.getByRole("button", { name: "Save" });
    button.focus();
    await userEvent.click(button);
    expect(run).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(button);
  });

  it("reads hint and error out with the field", () => {
    render(<Field label="Name" hint="As on letters." error="A name is needed." />);
    const field = screen.getByRole("textbox", { name: "Name" });
    const texts = field.getAttribute("aria-describedby")?.split(" ") ?? [];
    expect(texts.map((id) => document.getElementById(id)?.textContent)).toEqual([
      "As on letters.",
      "A name is needed.",
    ]);
    expect(field.getAttribute("aria-invalid")).toBe("true");
  });
});

describe("FR-WEB-025: menus", () => {
  it("is walked through by arrows, and chosen from by Enter", async () => {
    const run = vi.fn();
    const items = ["One", "Two", "Three"].map((label) => ({ label, run: () => run(label) }));
    render(<Menu label="More" button="…" items={items} />);
    const button = screen.getByRole("button", { name: "More" });
    await userEvent.click(button);
    expect(document.activeElement?.textContent).toBe("One");
    await userEvent.keyboard("{ArrowUp}{Enter}");
    expect(run).toHaveBeenCalledWith("Three");
    expect(document.activeElement).toBe(button);
  });

  it.each(["{Escape}", "{Tab}"])("closes at %s", async (key) => {
    render(<Menu label="More" button="…" items={[{ label: "One", run: () => {} }]} />);
    await userEvent.click(screen.getByRole("button", { name: "More" }));
    await userEvent.keyboard(key);
    expect(screen.queryByRole("menu")).toBeNull();
  });
});

function Toaster({ undo }: { undo: () => void }) {
  const toast = useToast();
  return (
    <Button onClick={() => toast("Deleted.", { action: { label: "Undo", run: undo } })}>Go</Button>
  );
}

describe("FR-WEB-025: messages", () => {
  it("are read out, stay while the pointer is on them, and then leave", () => {
    vi.useFakeTimers();
    render(
      <ToastProvider>
        <Toaster undo={() => {}} />
      </ToastProvider>,
    );
    fireEvent.click(screen.getByRole("button", { name: "Go" }));
    const message = screen.getByText("Deleted.");
    expect(message.closest("[aria-live=polite]")).not.toBeNull();
    fireEvent.mouseEnter(message.parentElement as HTMLElement);
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.queryByText("Deleted.")).not.toBeNull();
    fireEvent.mouseLeave(message.parentElement as HTMLElement);
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.queryByText("Deleted.")).toBeNull();
    vi.useRealTimers();
  });

  it("leave with their action", async () => {
    const undo = vi.fn();
    render(
      <ToastProvider>
        <Toaster undo={undo} />
      </ToastProvider>,
    );
    await userEvent.click(screen.getByRole("button", { name: "Go" }));
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    expect(undo).toHaveBeenCalledOnce();
    expect(screen.queryByText("Deleted.")).toBeNull();
  });
});

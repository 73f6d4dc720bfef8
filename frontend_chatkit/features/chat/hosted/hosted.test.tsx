import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadScript } from "@/features/chat/hosted/script";
import { START_TIMEOUT_MS, useHosted } from "@/features/chat/hosted/use-hosted";

const URL = "https://cdn.example.org/chat.js";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
  for (const script of document.querySelectorAll("script")) script.remove();
});

function script(): HTMLScriptElement {
  const found = document.querySelector<HTMLScriptElement>(`script[src="${URL}"]`);
  if (!found) throw new Error("No script was put into the page.");
  return found;
}

function Shown({ url }: { url: string | null }) {
  const { state, ready, failed } = useHosted(url);
  return (
    <>
      <output>{state}</output>
      <button type="button" onClick={ready}>
        ready
      </button>
      <button type="button" onClick={() => failed(new Error("Domain verification failed"))}>
        failed
      </button>
    </>
  );
}

const state = () => screen.getByRole("status").textContent;
const press = (name: string) =>
  act(async () => screen.getByText(name, { selector: "button" }).click());

async function starting() {
  render(<Shown url={URL} />);
  if (!customElements.get("openai-chatkit")) {
    customElements.define("openai-chatkit", class extends HTMLElement {});
    await act(async () => script().dispatchEvent(new Event("load")));
  }
  await act(() => vi.advanceTimersByTimeAsync(0));
}

describe("FR-WEB-115: the hosted chat", () => {
  test("without a domain key no script is asked for", () => {
    render(<Shown url={null} />);
    expect([state(), document.querySelector("script")]).toEqual(["off", null]);
  });

  test("a script that is refused is running at once", async () => {
    render(<Shown url={URL} />);
    await act(async () => script().dispatchEvent(new Event("error")));
    expect(state()).toBe("failed");
  });

  test("a script that hangs is given up", async () => {
    render(<Shown url={URL} />);
    await act(() => vi.advanceTimersByTimeAsync(4900));
    expect(state()).toBe("loading");
    await act(() => vi.advanceTimersByTimeAsync(200));
    expect(state()).toBe("timed-out");
    expect(document.querySelector("script")).toBeNull();
  });

  test("a script that brings no chat counts as refused", async () => {
    const result = loadScript(URL, 1000);
    script().dispatchEvent(new Event("load"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await result).toBe("failed");
  });

  test("a chat that comes up is used", async () => {
    await starting();
    expect(state()).toBe("starting");
    await press("ready");
    await act(() => vi.advanceTimersByTimeAsync(START_TIMEOUT_MS));
    expect(state()).toBe("ready");
  });

  test("a chat that stays blank is given up", async () => {
    await starting();
    await act(() => vi.advanceTimersByTimeAsync(START_TIMEOUT_MS));
    expect(state()).toBe("blank");
  });

  test("a domain that is rejected later is running", async () => {
    await starting();
    await press("ready");
    await press("failed");
    expect(state()).toBe("blank");
  });
});

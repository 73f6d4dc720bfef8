import { act, render } from "@testing-library/react";
import { useRef } from "react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { useStickToEnd } from "@/features/chat/use-stick-to-end";

const HEIGHT = 100;
let content = 500;
let grown: () => void = () => undefined;

beforeEach(() => {
  content = 500;
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: () => void) {
        grown = callback;
      }
      observe() {}
      disconnect() {}
    },
  );
});

function Box({ first }: { first: string }) {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const { away } = useStickToEnd(box, inner, first);
  const measured = (element: HTMLDivElement | null) => {
    box.current = element;
    if (!element) return;
    Object.defineProperty(element, "scrollHeight", { get: () => content, configurable: true });
    Object.defineProperty(element, "clientHeight", { value: HEIGHT, configurable: true });
  };
  return (
    <div ref={measured} data-testid="box" data-away={away}>
      <div ref={inner} />
    </div>
  );
}

function shown() {
  const { getByTestId, rerender } = render(<Box first="b" />);
  const box = getByTestId("box");
  const grow = (by: number) =>
    act(() => {
      content += by;
      grown();
    });
  const scrollTo = (top: number) =>
    act(() => {
      box.scrollTop = top;
      box.dispatchEvent(new Event("scroll"));
    });
  grow(0);
  return { box, grow, scrollTo, rerender };
}

describe("FR-WEB-114: staying at the end", () => {
  test("it stays at its end while it grows", () => {
    const { box, grow, scrollTo } = shown();
    grow(200);
    expect(box.scrollTop).toBe(700);
    content += 300;
    scrollTo(700);
    grow(0);
    expect([box.scrollTop, box.dataset.away]).toEqual([1000, "false"]);
  });

  test("who has scrolled up is left there until they come back", () => {
    const { box, grow, scrollTo } = shown();
    scrollTo(400);
    scrollTo(150);
    grow(200);
    expect([box.scrollTop, box.dataset.away]).toEqual([150, "true"]);
    scrollTo(590);
    grow(50);
    expect([box.scrollTop, box.dataset.away]).toEqual([750, "false"]);
  });

  test("what is put in above leaves the rest in its place", () => {
    const { box, scrollTo, rerender } = shown();
    scrollTo(400);
    scrollTo(0);
    content += 250;
    rerender(<Box first="a" />);
    expect(box.scrollTop).toBe(250);
  });
});

// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OutageLog } from "@/lib/outage-log";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("FR-RUN-124: an outage is one warning", () => {
  it("is logged when it begins, and again after a quiet minute", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const log = new OutageLog("The API can't be reached");
    for (let second = 0; second < 300; second += 10) {
      log.note(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }));
      vi.advanceTimersByTime(10_000);
    }
    expect(warn.mock.calls).toEqual([["The API can't be reached: connect ECONNREFUSED"]]);
    vi.advanceTimersByTime(60_000);
    log.note("again");
    expect(warn).toHaveBeenCalledTimes(2);
  });
});

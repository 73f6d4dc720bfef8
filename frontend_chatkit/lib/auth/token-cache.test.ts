import { afterEach, describe, expect, it, vi } from "vitest";
import { TokenCache } from "@/lib/auth/token-cache";

const MINUTE = 60_000;

/** A token such as the web app signs, good for fifteen minutes. */
function minted(): Promise<string> {
  const claims = { exp: (Date.now() + 15 * MINUTE) / 1000 };
  return Promise.resolve(`header.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sig`);
}

afterEach(() => vi.useRealTimers());

describe("FR-WEB-015: login tokens", () => {
  it("is made once for each session, and again a minute before its end", async () => {
    vi.useFakeTimers();
    const mint = vi.fn(minted);
    const tokens = new TokenCache();
    const first = await tokens.get("one", mint);
    vi.advanceTimersByTime(13 * MINUTE);
    expect(await tokens.get("one", mint)).toBe(first);
    expect(mint).toHaveBeenCalledTimes(1);
    await tokens.get("other", mint);
    expect(mint).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(MINUTE);
    expect(await tokens.get("one", mint)).not.toBe(first);
  });
});

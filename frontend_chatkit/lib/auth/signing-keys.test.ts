import { describe, expect, it } from "vitest";
import { inUse, isDue, type StoredKey } from "@/lib/auth/signing-keys";

const NOW = Date.UTC(2026, 10, 30);
const MINUTE = 60_000;
const DAY = 24 * 3600 * 1000;

function stored(id: string, age: number, opened = true): StoredKey {
  const createdAt = new Date(NOW - age);
  return { key: { id, publicKey: "{}", privateKey: '""', createdAt }, opened };
}

/** What is published, and which of it the library would sign with. */
function shown(keys: StoredKey[]) {
  const published = inUse(keys, NOW);
  const live = published.filter((key) => !key.expiresAt || +key.expiresAt > NOW);
  return { published: published.map((key) => key.id), signing: live.map((key) => key.id) };
}

describe("FR-WEB-051: the keys that sign tokens", () => {
  it("publish a new key for a minute before it signs", () => {
    const keys = (age: number) => [stored("new", age), stored("old", 90 * DAY)];
    expect(shown(keys(MINUTE - 1))).toEqual({ published: ["old", "new"], signing: ["old"] });
    expect(shown(keys(MINUTE))).toEqual({ published: ["old", "new"], signing: ["new"] });
  });

  it("sign with the only key at once", () => {
    expect(shown([stored("only", 0)])).toEqual({ published: ["only"], signing: ["only"] });
  });

  it("publish what another secret sealed, and don't sign with it", () => {
    const sealed = stored("sealed", DAY, false);
    expect(shown([sealed])).toEqual({ published: ["sealed"], signing: [] });
    expect(shown([sealed, stored("own", 0)])).toEqual({
      published: ["sealed", "own"],
      signing: ["own"],
    });
    const newer = stored("newer", 0, false);
    expect(shown([stored("own", DAY), newer]).signing).toEqual(["own"]);
  });

  it("leave a key out once all that it signed has expired", () => {
    const keys = [stored("old", 9 * DAY), stored("new", 3 * DAY)];
    expect(shown(keys)).toEqual({ published: ["new"], signing: ["new"] });
  });

  it("make a new key every 90 days", () => {
    expect(isDue([stored("old", 91 * DAY)], NOW)).toBe(true);
    expect(isDue([stored("old", 91 * DAY), stored("new", DAY)], NOW)).toBe(false);
    expect(isDue([stored("new", DAY, false)], NOW)).toBe(false);
    expect(isDue([], NOW)).toBe(false);
  });
});

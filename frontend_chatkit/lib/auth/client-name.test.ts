import { describe, expect, it } from "vitest";
import { MAX_NAME, visibleName } from "@/lib/auth/client-name";

describe("FR-WEB-005: the name that a client gives itself", () => {
  it.each([
    ["Claude", "Claude"],
    [" Desk \n\t assistant ", "Desk assistant"],
    ["Cla\u0000u\u200bde\u202e", "Claude"],
    ["Ｃｌａｕｄｅ", "Claude"],
    [`e${"\u0301".repeat(50)}`, "é\u0301\u0301"],
    ["\u202e\u200b", ""],
  ])("%o is shown as %o", (name, shown) => expect(visibleName(name)).toBe(shown));

  it("is cut to 60 characters, of a text that is much longer too", () => {
    expect([...visibleName("🙂".repeat(20_000))]).toHaveLength(MAX_NAME);
    expect(visibleName("x".repeat(61))).toBe(`${"x".repeat(59)}…`);
    expect(visibleName("x".repeat(60))).toBe("x".repeat(60));
  });
});

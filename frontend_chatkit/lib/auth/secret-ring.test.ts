import { serializeSignedCookie } from "better-call";
import { describe, expect, it } from "vitest";
import { readSecretRing, resignCookies } from "@/lib/auth/secret-ring";

const OLD = "an old secret of more than 32 characters";
const NEW = "a new secret of more than 32 characters";

async function cookie(name: string, value: string, secret: string): Promise<string> {
  return serializeSignedCookie(name, value, secret);
}

describe("FR-WEB-050: the secrets of the web app", () => {
  it("are separated by commas", () => {
    expect(readSecretRing("X", `${NEW}, ${OLD}`)).toEqual([NEW, OLD]);
  });

  it("accept a cookie that another one signed, as if the first had", async () => {
    const old = await cookie("session", "a.b=c", OLD);
    const headers = new Headers({ cookie: `theme=dark; ${old}; odd=%; bare` });
    const resigned = resignCookies(headers, [NEW, OLD]).get("cookie");
    expect(resigned).toBe(`theme=dark; ${await cookie("session", "a.b=c", NEW)}; odd=%; bare`);
  });

  it("leave every other cookie as it is", async () => {
    const forged = await cookie("session", "a", "a secret of somebody else, and long");
    const own = await cookie("session", "a", NEW);
    for (const sent of [forged, own, "session=a", "session=a.", "session=", ""]) {
      const headers = new Headers({ cookie: sent });
      expect(resignCookies(headers, [NEW, OLD]).get("cookie")).toBe(sent);
    }
    const old = new Headers({ cookie: await cookie("session", "a", OLD) });
    expect(resignCookies(old, [NEW])).toBe(old);
  });
});

import { afterEach, describe, expect, it, vi } from "vitest";
import { AccountError, consent, nextPath, signIn } from "@/lib/account";
import { scopeLabels } from "@/lib/scopes";
import { themeOf } from "@/lib/theme";

function answering(status: number, body: unknown) {
  const answer = new Response(JSON.stringify(body), { status });
  return vi.spyOn(globalThis, "fetch").mockResolvedValue(answer);
}

afterEach(() => window.history.replaceState(null, "", "/"));

describe("FR-WEB-022: where to go on after signing in", () => {
  it.each([
    ["?next=%2Ftasks%3Fq%3Dmilk", "/tasks?q=milk"],
    ["", "/chat"],
    ["?next=https://evil.example", "/chat"],
    ["?next=//evil.example", "/chat"],
    ["?next=/%5Cevil.example", "/chat"],
    ["?next=/%09/evil.example", "/chat"],
    ["?next=/.//evil.example", "/.//evil.example"],
    ["?next=javascript:alert(1)", "/chat"],
  ])("leads from %s to %s", (search, path) => {
    expect(nextPath(search)).toBe(path);
  });
});

describe("FR-WEB-024: signing in", () => {
  it.each([
    [401, { code: "INVALID_EMAIL_OR_PASSWORD" }, "E-mail or password is wrong."],
    [429, {}, "Too many attempts. Wait a minute, then try again."],
    [500, {}, "That did not work. Try again."],
  ])("says in a sentence what a %i means", async (status, body, errorMessage) => {
    answering(status, body);
    await expect(signIn("a@example.com", "secret")).rejects.toThrow(
      new AccountError("", errorMessage).message,
    );
  });
});

describe("FR-WEB-005: an assistant that waits behind the page", () => {
  it("is named to the server with its signed request, and gone on with", async () => {
    window.history.replaceState(null, "", "/login?client_id=abc&sig=xyz");
    const fetched = answering(200, { redirect: true, url: "/consent?client_id=abc" });
    expect(await signIn("a@example.com", "secret")).toBe("/consent?client_id=abc");
    const [, init] = fetched.mock.calls[0] ?? [];
    expect(JSON.parse(String(init?.body))).toMatchObject({ oauth_query: "client_id=abc&sig=xyz" });
  });

  it("is sent back with the answer", async () => {
    window.history.replaceState(null, "", "/consent?client_id=abc&sig=xyz");
    answering(200, { redirect: true, url: "http://127.0.0.1:1234/callback?code=1" });
    expect(await consent(true)).toBe("http://127.0.0.1:1234/callback?code=1");
  });

  it("asks in words, and what has none is shown as it is", () => {
    expect(scopeLabels(["tasks:read", "offline_access", "else"])).toEqual([
      "See your tasks",
      "else",
    ]);
  });
});

describe("FR-WEB-021: the theme", () => {
  it("is the system's unless the cookie holds another", () => {
    expect([themeOf("dark"), themeOf("light"), themeOf("x"), themeOf(undefined)]).toEqual([
      "dark",
      "light",
      "system",
      "system",
    ]);
  });
});

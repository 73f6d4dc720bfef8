// @vitest-environment node
import { describe, expect, it } from "vitest";
import { isOwnPage } from "@/lib/relay/headers";
import { targetOf } from "@/lib/relay/relay";

const ORIGINS = ["http://localhost:3000", "http://127.0.0.1:3000"];

function asks(headers: Record<string, string>): boolean {
  return isOwnPage(new Request("http://localhost:3000/bff/me/tasks", { headers }), ORIGINS);
}

describe("FR-WEB-012: whose pages may ask", () => {
  it.each<Record<string, string>>([
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "same-origin", origin: "http://127.0.0.1:3000" },
    { "x-requested-with": "todochat" },
    { "x-requested-with": "todochat", origin: "http://localhost:3000" },
  ])("lets %o through", (headers) => {
    expect(asks(headers)).toBe(true);
  });

  it.each<Record<string, string>>([
    {},
    { origin: "http://localhost:3000" },
    { origin: "https://evil.example", "x-requested-with": "todochat" },
    { origin: "null", "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "cross-site", "x-requested-with": "todochat" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
  ])("refuses %o", (headers) => {
    expect(asks(headers)).toBe(false);
  });
});

describe("FR-WEB-010: paths", () => {
  it.each([
    ["/bff/me/tasks", "/api/u/tasks"],
    ["/bff/me/tasks/3/complete", "/api/u/tasks/3/complete"],
    ["/bff/api/me/tasks", "/api/u/tasks"],
    ["/bff/chatkit", "/chatkit"],
  ])("leads from %s to %s", (path, target) => {
    expect(targetOf(path, "u")).toBe(target);
  });

  it.each([
    "/bff",
    "/bff/me",
    "/bff/me/",
    "/bff/other/tasks",
    "/bff/api/other/tasks",
    "/bff/me/%2e%2e/other/tasks",
    "/bff/me/..%2fother",
    "/bff/me/a%5cb",
    "/bff/me/%",
    "/bff/chatkit/x",
    "/bff/health",
  ])("leads from %s nowhere", (path) => {
    expect(targetOf(path, "u")).toBeNull();
  });

  it("can't be led astray by an id", () => {
    expect(targetOf("/bff/me/tasks", "../x/y")).toBe("/api/..%2Fx%2Fy/tasks");
  });
});

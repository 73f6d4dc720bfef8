import { describe, expect, it } from "vitest";
import { withApplicationType } from "@/lib/auth/registration";

const LOOPBACK = "http://127.0.0.1:33418/";
const HTTPS = "https://assistant.example/callback";

describe("FR-WEB-005: clients that register themselves", () => {
  it.each([
    [{ redirect_uris: [LOOPBACK] }, "native"],
    [{ redirect_uris: [HTTPS, LOOPBACK] }, "native"],
    [{ redirect_uris: [HTTPS] }, undefined],
    [{ redirect_uris: [LOOPBACK], application_type: "web" }, "web"],
    [{}, undefined],
  ])("takes %o for %s", (asked: { redirect_uris?: string[]; application_type?: string }, kind) => {
    expect(withApplicationType(asked).application_type).toBe(kind);
  });
});

// @vitest-environment node
import { lookup } from "node:dns/promises";
import { describe, expect, it, vi } from "vitest";
import { fetchPublic } from "@/lib/auth/client-documents/transport";

vi.mock("node:dns/promises", () => ({ lookup: vi.fn() }));

/** Let a name have these addresses; return how often it was looked up. */
function resolvingTo(...addresses: string[]) {
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return vi
    .mocked(lookup)
    .mockReset()
    .mockResolvedValue(found as never);
}

describe("FR-WEB-009: what a client names is fetched at public addresses only", () => {
  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
  ])("never at %s", async (address) => {
    resolvingTo(address);
    await expect(fetchPublic("https://assistant.example/c.json")).rejects.toThrow("private");
  });

  it("never where one of the addresses is private, whichever comes first", async () => {
    resolvingTo("93.184.216.34", "10.0.0.1");
    await expect(fetchPublic("https://assistant.example/c.json")).rejects.toThrow("private");
  });

  it.each([
    "https://127.0.0.1/c.json",
    "https://93.184.216.34/c.json",
    "https://[::1]/c.json",
    "https://localhost/c.json",
    "https://metadata.google.internal/c.json",
    "http://assistant.example/c.json",
    "https://assistant.example:8443/c.json",
  ])("refuses %s before it is looked up", async (address) => {
    const looking = resolvingTo("93.184.216.34");
    await expect(fetchPublic(address)).rejects.toThrow(TypeError);
    expect(looking).not.toHaveBeenCalled();
  });
});

import { describe, expect, it } from "vitest";
import {
  isPrivateUse,
  realOf,
  standInFor,
  withApplicationType,
  withNameAndGrants,
  withStandIns,
} from "@/lib/auth/registration";

const LOOPBACK = "http://127.0.0.1:33418/";
const HTTPS = "https://assistant.example/callback";
const EDITOR = "cursor://anysphere.cursor-mcp/oauth/callback";

type Asked = { redirect_uris?: string[]; application_type?: string };

describe("FR-WEB-005: clients that register themselves", () => {
  it.each([
    [{ redirect_uris: [LOOPBACK] }, "native"],
    [{ redirect_uris: [HTTPS, LOOPBACK] }, "native"],
    [{ redirect_uris: [EDITOR] }, "native"],
    [{ redirect_uris: [HTTPS] }, undefined],
    [{ redirect_uris: [LOOPBACK], application_type: "web" }, "web"],
    [{}, undefined],
  ])("takes %o for %s", (asked: Asked, kind) => {
    expect(withApplicationType(asked).application_type).toBe(kind);
  });
});

describe("FR-WEB-006: grants of a client", () => {
  const BOTH = ["authorization_code", "refresh_token"];
  it.each([
    [undefined, undefined],
    [["authorization_code"], ["authorization_code"]],
    [[...BOTH, "urn:ietf:params:oauth:grant-type:device_code"], BOTH],
    [["client_credentials"], ["client_credentials"]],
    ["all", "all"],
  ])("of %o are %o", (grant_types, expected) => {
    expect(withNameAndGrants({ grant_types }).grant_types).toEqual(expected);
  });
});

describe("FR-WEB-008: apps that are called back by a scheme of their own", () => {
  it.each([EDITOR, "vscode://dynamicauthprovider/redirect?x=1", "com.example.app:/callback"])(
    "takes %s, which a stand-in brings past the library",
    (uri) => {
      const asked = { redirect_uris: [LOOPBACK, uri], application_type: "native" };
      const { redirect_uris } = withStandIns(asked);
      expect(redirect_uris[0]).toBe(LOOPBACK);
      expect(redirect_uris[1]).toMatch(/^[a-z.-]+:\/[^/]/);
      expect(redirect_uris.map(realOf)).toEqual(asked.redirect_uris);
    },
  );

  it.each([
    "javascript://x/%0aalert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "http://evil.example/",
    "cursor://user:secret@host/",
    "cursor://host/#fragment",
    "no address",
    7,
  ])("leaves %s to the library, in a stand-in too", (uri) => {
    expect(isPrivateUse(uri)).toBe(false);
    expect(realOf(standInFor(String(uri)))).not.toBe(uri);
  });

  it("gives none to a client that says it is a web site", () => {
    const asked = { redirect_uris: [EDITOR], application_type: "web" };
    expect(withStandIns(asked)).toBe(asked);
  });
});

import { describe, expect, it, vi } from "vitest";
import { freshness } from "@/lib/auth/client-documents/discovery";
import { fetchDocument, isDocumentUrl, readDocument } from "@/lib/auth/client-documents/document";

const ID = "https://assistant.example/oauth/client.json";
const CONTENT = {
  client_id: ID,
  client_name: "Desk\u202e assistant",
  redirect_uris: ["https://assistant.example/callback", "http://127.0.0.1/"],
};

function answer(
  content: unknown,
  { type = "application/json", ...init }: ResponseInit & { type?: string } = {},
) {
  const body = typeof content === "string" ? content : JSON.stringify(content);
  return new Response(body, { ...init, headers: { ...init.headers, "content-type": type } });
}

const fetched = (response: Response) => fetchDocument(ID, async () => response);

describe("FR-WEB-009: the id of a client that is the address of its document", () => {
  it.each([
    [ID, true],
    ["https://assistant.example/", false],
    ["https://assistant.example", false],
    ["http://assistant.example/client.json", false],
    ["https://assistant.example:8443/client.json", false],
    ["https://user@assistant.example/client.json", false],
    ["https://assistant.example/a/../client.json", false],
    ["https://assistant.example/client.json#x", false],
    ["https://assistant.example/client.json?x=1", false],
    ["https:\\\\assistant.example/client.json", false],
    ["https://ASSISTANT.example/client.json", false],
    ["https://0x7f.1/client.json", false],
    [`https://assistant.example/${"x".repeat(230)}`, false],
    ["fGxuGDSiIPGFqUnMXvfCsJucpubmINXF", false],
  ])("%s: %s", (id, expected) => expect(isDocumentUrl(id)).toBe(expected));
});

describe("FR-WEB-009: a client's document", () => {
  it("gives its visible name, and what it returns to", () => {
    expect(readDocument(ID, { ...CONTENT, logo_uri: "http://169.254.169.254/" })).toEqual({
      ...CONTENT,
      client_name: "Desk assistant",
      token_endpoint_auth_method: "none",
    });
  });

  it("keeps of redirects and grants those that can be used", () => {
    const usable = ["com.example.app:/callback"];
    const redirect_uris = [
      "javascript:alert(1)",
      "http://evil.example/",
      "https://a@b/",
      7,
      ...usable,
    ];
    const grant_types = ["authorization_code", "client_credentials"];
    const document = readDocument(ID, { ...CONTENT, redirect_uris, grant_types });
    expect(document.redirect_uris).toEqual(usable);
    expect(document.grant_types).toEqual(["authorization_code"]);
  });

  it.each([
    [{ client_id: `${ID}x` }, /another address/],
    [{ client_name: " \u200b" }, /no client_name/],
    [{ client_secret: "x" }, /secret/],
    [{ redirect_uris: ["http://evil.example/"] }, /redirect_uris/],
    [{ redirect_uris: undefined }, /redirect_uris/],
    [{ grant_types: ["client_credentials"] }, /authorization_code/],
    [{ token_endpoint_auth_method: "client_secret_basic" }, /neither/],
    [{ token_endpoint_auth_method: "private_key_jwt" }, /no keys/],
  ])("with %o is refused", (change, reason) => {
    expect(() => readDocument(ID, { ...CONTENT, ...change })).toThrow(reason);
  });
});

describe("FR-WEB-009: fetching a document", () => {
  it("takes JSON of up to 5 KB", async () => {
    const response = answer(CONTENT, {
      type: "application/oauth+json; charset=utf-8",
      headers: { "cache-control": "max-age=600" },
    });
    const { document, cacheControl } = await fetched(response);
    expect(document.client_id).toBe(ID);
    expect(cacheControl).toBe("max-age=600");
  });

  it.each([
    ["of another type", answer(CONTENT, { type: "text/html" }), /Content-Type/],
    ["that moved", answer("", { status: 302, headers: { location: ID } }), /302/],
    ["that is too long", answer({ ...CONTENT, x: "x".repeat(6000) }), /5120 bytes/],
    ["that is no object", answer([CONTENT]), /no JSON object/],
    ["that is no JSON", answer("{"), /no JSON object/],
  ])("refuses one %s", async (_, response, reason) => {
    await expect(fetched(response)).rejects.toThrow(reason);
  });

  it("says nothing of what went wrong in the network", async () => {
    const transport = async () => {
      throw new Error("connect ECONNREFUSED 10.0.0.7:443");
    };
    await expect(fetchDocument(ID, transport)).rejects.toThrow(/^It can't be fetched\.$/);
  });

  it("ends after five seconds, whatever the transport does", async () => {
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      expect(ms).toBe(5000);
      const controller = new AbortController();
      queueMicrotask(() => controller.abort());
      return controller.signal;
    });
    await expect(fetchDocument(ID, () => new Promise(() => {}))).rejects.toThrow(
      /can't be fetched/,
    );
  });
});

describe("FR-WEB-009: how long a document counts", () => {
  it.each([
    ["", 3600],
    ["public, max-age=600", 600],
    ["max-age=1", 300],
    ["max-age=999999", 86_400],
    ["no-store", 300],
    ["no-cache, max-age=86400", 300],
  ])("by Cache-Control %o it is %d seconds", (header, seconds) => {
    expect(freshness(header)).toBe(seconds * 1000);
  });
});

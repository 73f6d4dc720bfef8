// @vitest-environment node
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { relay } from "@/lib/relay/relay";

const ORIGIN = "http://localhost:3000";
const SAME_ORIGIN = { origin: ORIGIN, "sec-fetch-site": "same-origin" };
const CALLER = { userId: "ada lovelace", token: "header.claims.signature" };

let running: Server | undefined;

afterEach(() => {
  running?.closeAllConnections();
  running?.close();
});

/** Answer as the API would, and return where. */
async function api(listener: RequestListener): Promise<string> {
  running = createServer(listener);
  await new Promise<void>((resolve) => running?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(running.address() as AddressInfo).port}`;
}

function ask(apiUrl: string, path: string, init: RequestInit & { duplex?: "half" } = {}) {
  const request = new Request(`${ORIGIN}${path}`, {
    ...init,
    headers: { ...SAME_ORIGIN, ...init.headers },
  });
  const callerOf = async () => CALLER;
  return relay(request, { apiUrl, origins: [ORIGIN], callerOf });
}

describe("FR-WEB-010: where the relay leads", () => {
  it("puts the user's own id in the place of “me”, and keeps the query", async () => {
    const seen: string[] = [];
    const url = await api((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end("{}");
    });
    await ask(url, "/bff/me/tasks?q=a%20b");
    await ask(url, "/bff/api/me/tasks/3", { method: "DELETE" });
    await ask(url, "/bff/chatkit", { method: "POST", body: "{}" });
    expect(seen).toEqual([
      "GET /api/ada%20lovelace/tasks?q=a%20b",
      "DELETE /api/ada%20lovelace/tasks/3",
      "POST /chatkit",
    ]);
  });
});

describe("FR-WEB-011: streams", () => {
  it("hands on what the API has written while it still writes", async () => {
    const url = await api((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
    });
    const answer = await ask(url, "/bff/me/tasks/events");
    const { value } = (await answer.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toBe("data: first\n\n");
    expect(answer.headers.get("cache-control")).toBe("no-cache, no-transform");
  });

  it("sends what the page has written while it still writes", async () => {
    let first: (chunk: string) => void = () => {};
    const arrived = new Promise<string>((resolve) => {
      first = resolve;
    });
    const url = await api((request, response) => {
      request.once("data", (chunk: Buffer) => first(chunk.toString()));
      request.on("end", () => response.end("{}"));
    });
    const { readable, writable } = new TransformStream<Uint8Array>();
    const writer = writable.getWriter();
    const answer = ask(url, "/bff/me/chat", { method: "POST", body: readable, duplex: "half" });
    void writer.write(new TextEncoder().encode("begun"));
    expect(await arrived).toBe("begun");
    await writer.close();
    expect((await answer).status).toBe(200);
  });

  it("ends the request at the API when the page leaves", async () => {
    let closed: () => void = () => {};
    const left = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const url = await api((_, response) => {
      response.on("close", closed);
      response.write("data: first\n\n");
    });
    const leaving = new AbortController();
    const answer = await ask(url, "/bff/me/tasks/events", { signal: leaving.signal });
    await answer.body?.getReader().read();
    leaving.abort();
    await left;
  });

  it("ends the request at the API when nobody reads the answer any more", async () => {
    let closed: () => void = () => {};
    const left = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const url = await api((_, response) => {
      response.on("close", closed);
      response.write("data: first\n\n");
    });
    const answer = await ask(url, "/bff/me/tasks/events");
    await answer.body?.cancel();
    await left;
  });
});

describe("FR-WEB-013: what goes wrong behind the relay", () => {
  it("tells that the API is away, and when to come back", async () => {
    const answer = await ask("http://127.0.0.1:9", "/bff/me/tasks");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("2");
    expect(await answer.json()).toMatchObject({ code: "api_unavailable", status: 503 });
  });

  it.each([401, 302])(
    "takes a %i for a fault between the servers, not of the person",
    async (status) => {
      const url = await api((_, response) => response.writeHead(status, { location: "/" }).end());
      const answer = await ask(url, "/bff/me/tasks");
      expect(answer.status).toBe(502);
      expect(await answer.json()).toMatchObject({ code: "api_refused" });
    },
  );

  it("hands other refusals on as they are", async () => {
    const problem = { type: "about:blank", title: "Busy", status: 409, code: "conversation_busy" };
    const url = await api((_, response) => {
      response.writeHead(409, { "content-type": "application/problem+json" });
      response.end(JSON.stringify(problem));
    });
    const answer = await ask(url, "/bff/me/chat", { method: "POST", body: "{}" });
    expect([answer.status, await answer.json()]).toEqual([409, problem]);
  });
});

describe("FR-WEB-014: headers", () => {
  it("shows the API the token and what means something to it, never cookies", async () => {
    let seen: IncomingMessage["headers"] = {};
    const url = await api((request, response) => {
      seen = request.headers;
      response.end("{}");
    });
    const headers = {
      accept: "text/event-stream",
      authorization: "Bearer of-the-page",
      cookie: "better-auth.session_token=secret",
      "content-type": "application/json",
      "idempotency-key": "0123456789",
      "last-event-id": "7",
      "x-forwarded-for": "192.0.2.1",
    };
    await ask(url, "/bff/me/chat", { method: "POST", body: "{}", headers });
    expect(seen).toMatchObject({
      accept: "text/event-stream",
      "accept-encoding": "identity",
      authorization: `Bearer ${CALLER.token}`,
      "content-type": "application/json",
      "idempotency-key": "0123456789",
      "last-event-id": "7",
    });
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(["cookie"]));
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(["x-forwarded-for"]));
  });

  it("shows the page no cookie or permission of the API", async () => {
    const url = await api((_, response) => {
      response.setHeader("set-cookie", "a=b");
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("retry-after", "3");
      response.end("{}");
    });
    const { headers } = await ask(url, "/bff/me/tasks");
    expect(Object.fromEntries(headers)).toEqual({
      "cache-control": "no-store",
      "retry-after": "3",
    });
  });
});

describe("FR-RUN-137: traces", () => {
  it("passes a trace and the id of a request on, and begins a trace where there is none", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const url = await api((request, response) => {
      seen.push(request.headers);
      response.setHeader("x-request-id", "one");
      response.end("{}");
    });
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    const answer = await ask(url, "/bff/me/tasks", {
      headers: { traceparent, "x-request-id": "one" },
    });
    await ask(url, "/bff/me/tasks");
    expect(seen[0]).toMatchObject({ traceparent, "x-request-id": "one" });
    expect(answer.headers.get("x-request-id")).toBe("one");
    expect(seen[1]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

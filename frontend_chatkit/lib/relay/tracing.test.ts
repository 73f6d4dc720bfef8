// @vitest-environment node
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { traced } from "@/lib/relay/tracing";

const ROUTE = "/bff/[...path]";
const TRACE = "a".repeat(32);
const PARENT = `00-${TRACE}-${"b".repeat(16)}-01`;

let collector: Server;
let exported: string[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      exported.push(Buffer.concat(chunks).toString("latin1"));
      response.end();
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
});

afterEach(() => {
  vi.unstubAllEnvs();
  exported = [];
});

afterAll(() => {
  collector.closeAllConnections();
  collector.close();
});

function collect() {
  const { port } = collector.address() as AddressInfo;
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${port}`);
  vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "10");
}

function request(headers: Record<string, string> = {}): Request {
  return new Request("http://localhost:3000/bff/me/tasks/secret-path", { headers });
}

async function spans(): Promise<string> {
  await vi.waitFor(() => expect(exported).not.toEqual([]), 10_000);
  return exported.join();
}

describe("FR-RUN-137: the span of a request to the API", () => {
  it("is the parent of what the API does, in the page’s trace", async () => {
    collect();
    let seen: Record<string, string> = {};
    await traced(request({ traceparent: PARENT }), ROUTE, async (trace) => {
      seen = trace;
      return new Response(null, { status: 204 });
    });
    const [, trace, span] = seen.traceparent?.split("-") ?? [];
    expect([trace, span]).toEqual([TRACE, expect.not.stringMatching("b".repeat(16))]);
    const sent = await spans();
    expect(sent).toContain(Buffer.from(span ?? "", "hex").toString("latin1"));
    expect(sent).toContain(`GET ${ROUTE}`);
    expect(sent).not.toContain("secret-path");
  });

  it("ends when the answer has been sent", async () => {
    collect();
    const { readable, writable } = new TransformStream<Uint8Array>();
    const writer = writable.getWriter();
    const answer = await traced(request(), ROUTE, async () => new Response(readable));
    const reader = answer.body?.getReader();
    void writer.write(new TextEncoder().encode("first"));
    await reader?.read();
    expect(exported).toEqual([]);
    void writer.close();
    expect((await reader?.read())?.done).toBe(true);
    await spans();
  });

  it("ends when nobody reads the answer any more, which the API learns", async () => {
    collect();
    let left = false;
    const stream = new ReadableStream({
      cancel: () => {
        left = true;
      },
    });
    const answer = await traced(request(), ROUTE, async () => new Response(stream));
    await answer.body?.cancel();
    expect(left).toBe(true);
    await spans();
  });

  it("ends when there is no answer", async () => {
    collect();
    const broken = async () => {
      throw new Error("broken");
    };
    await expect(traced(request(), ROUTE, broken)).rejects.toThrow("broken");
    await spans();
  });
});

describe("FR-RUN-138: without a collector", () => {
  it("there is no trace, and the answer is the handler’s own", async () => {
    const own = new Response("body");
    let seen: Record<string, string> | undefined;
    const answer = await traced(request({ traceparent: PARENT }), ROUTE, async (trace) => {
      seen = trace;
      return own;
    });
    expect(answer).toBe(own);
    expect(seen).toEqual({});
  });
});

import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP } from "node:net";
import { Readable } from "node:stream";
import { isPublicRoutableHost } from "@better-auth/core/utils/host";

const NO_BODY = new Set([204, 205, 304]);

/**
 * Get an https resource that a client names, at a public address only: every address of the name must be
 * public, and the connection goes to the one that was checked. No redirect is followed, no proxy used, and
 * only the standard port is reached.
 */
export async function fetchPublic(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { method, headers, url: href } = new Request(input, init);
  const url = new URL(href);
  if (url.protocol !== "https:" || url.port || method !== "GET") throw refusal(url);
  const { address, family } = await publicAddress(url.hostname);
  const signal = init?.signal ?? undefined;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent: false,
      headers: Object.fromEntries(headers),
      servername: url.hostname,
      ...(signal && { signal }),
      lookup: (_name, options, found) =>
        options.all ? found(null, [{ address, family }]) : found(null, address, family),
    });
    sent.once("response", (response) => resolve(responseOf(response)));
    sent.once("error", reject);
    sent.end();
  });
}

/** Return the address to connect to; throws where a name has one that is not public, or is an address. */
async function publicAddress(name: string): Promise<{ address: string; family: number }> {
  if (isIP(name.replace(/^\[|\]$/g, "")) || !isPublicRoutableHost(name))
    throw new TypeError("private");
  const found = await lookup(name, { all: true });
  const [first] = found;
  if (!first || !found.every(({ address }) => isPublicRoutableHost(address))) {
    throw new TypeError("private");
  }
  return first;
}

function responseOf(response: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = response.statusCode ?? 500;
  if (NO_BODY.has(status)) response.resume();
  const body = NO_BODY.has(status) ? null : (Readable.toWeb(response) as ReadableStream);
  return new Response(body, { status, headers });
}

function refusal({ origin }: URL): TypeError {
  return new TypeError(`${origin} can't be fetched from.`);
}

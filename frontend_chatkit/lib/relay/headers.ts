import { APP_HEADER, APP_NAME } from "@/lib/bff";

const FORWARDED = [
  "accept",
  "accept-language",
  "content-type",
  "idempotency-key",
  "last-event-id",
  "traceparent",
  "tracestate",
  // The settings name browsers by it.
  "user-agent",
  "x-request-id",
];
const RETURNED = ["cache-control", "content-type", "etag", "retry-after", "vary", "x-request-id"];

/** Return the headers that a request is forwarded with, in this trace: never its cookies. */
export function forwarded(
  headers: Headers,
  token: string,
  trace: Readonly<Record<string, string>> = {},
): Headers {
  const sent = picked(headers, FORWARDED);
  for (const [name, value] of Object.entries(trace)) sent.set(name, value);
  if (!sent.has("traceparent")) sent.set("traceparent", newTrace());
  sent.set("authorization", `Bearer ${token}`);
  // Compressed streams arrive in blocks, not event by event.
  sent.set("accept-encoding", "identity");
  return sent;
}

/** Return the headers that the browser receives. */
export function returned(headers: Headers): Headers {
  const shown = picked(headers, RETURNED);
  if (!shown.has("cache-control")) shown.set("cache-control", "no-store");
  if (shown.get("content-type")?.startsWith("text/event-stream")) {
    shown.set("cache-control", "no-cache, no-transform");
    shown.set("x-accel-buffering", "no");
  }
  return shown;
}

/** Begin a trace (W3C Trace Context): what the services do for this request hangs together. */
function newTrace(): string {
  const [trace, span] = [0, 0].map(() => crypto.randomUUID().replaceAll("-", ""));
  return `00-${trace}-${span?.slice(16)}-01`;
}

function picked(headers: Headers, names: readonly string[]): Headers {
  const copies = new Headers();
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) copies.set(name, value);
  }
  return copies;
}

/** Whether a page of this app sent the request, so that the browser's cookies may authenticate it. */
export function isOwnPage(request: Request, origins: readonly string[]): boolean {
  const { headers } = request;
  const origin = headers.get("origin");
  if (origin !== null && !origins.includes(origin)) return false;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  // Where the browser sends no Fetch Metadata: only this app's scripts can have set the header.
  return headers.get(APP_HEADER) === APP_NAME;
}

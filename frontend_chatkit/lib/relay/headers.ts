const ASKED = [
  "accept",
  "accept-language",
  "content-type",
  "idempotency-key",
  "last-event-id",
  "traceparent",
];
const ANSWERED = ["cache-control", "content-type", "etag", "retry-after", "vary"];

/** Return what the API gets to see of a request: never its cookies. */
export function forwarded(headers: Headers, token: string): Headers {
  const sent = picked(headers, ASKED);
  sent.set("authorization", `Bearer ${token}`);
  // Compressed streams arrive in blocks, not as they are written.
  sent.set("accept-encoding", "identity");
  return sent;
}

/** Return what the browser gets to see of an answer. */
export function returned(headers: Headers): Headers {
  const shown = picked(headers, ANSWERED);
  if (!shown.has("cache-control")) shown.set("cache-control", "no-store");
  if (shown.get("content-type")?.startsWith("text/event-stream")) {
    shown.set("cache-control", "no-cache, no-transform");
    shown.set("x-accel-buffering", "no");
  }
  return shown;
}

function picked(headers: Headers, names: readonly string[]): Headers {
  const some = new Headers();
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) some.set(name, value);
  }
  return some;
}

import createClient from "openapi-fetch";
import type { paths } from "@/lib/api-schema";
import { bff } from "@/lib/bff";

// The client requires an origin; `bff` requests from this app's own.
const UNUSED_ORIGIN = "http://bff";

/**
 * The API by its contract, as the signed-in user: `{user_id}` is "me" everywhere, and the browser's
 * own server puts the id in its place. Throws as `bff` does.
 */
export const api = createClient<paths>({
  baseUrl: UNUSED_ORIGIN,
  fetch: async (request) => {
    const { pathname, search } = new URL(request.url);
    return bff(pathname + search, await forwarded(request));
  },
});

async function forwarded(request: Request): Promise<RequestInit> {
  const body = request.body ? await request.text() : null;
  return { method: request.method, headers: request.headers, body, signal: request.signal };
}

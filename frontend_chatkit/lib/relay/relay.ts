import { apiOutages } from "@/lib/outage-log";
import { problemResponse } from "@/lib/problem";
import { forwarded, isOwnPage, returned } from "@/lib/relay/headers";

/** Where a request goes, whose pages may send it, and for whom. */
export type RelayOptions = {
  apiUrl: string;
  origins: readonly string[];
  callerOf: (headers: Headers) => Promise<{ userId: string; token: string } | null>;
  /** The headers of the trace that the request belongs to, where there is one. */
  trace?: Readonly<Record<string, string>>;
};

const SIGN_IN = "Sign in to continue.";
const RETRY_SOON = { "retry-after": "2" };

/** Forward a request of one of this app's pages to the API, as the signed-in user; bodies stream. */
export async function relay(request: Request, options: RelayOptions): Promise<Response> {
  if (!isOwnPage(request, options.origins)) {
    return problemResponse(
      403,
      "foreign_origin",
      "Only this app’s own pages may send requests here.",
    );
  }
  const caller = await options.callerOf(request.headers);
  if (!caller) return problemResponse(401, "signed_out", SIGN_IN);
  const { pathname, search } = new URL(request.url);
  const target = targetOf(pathname, caller.userId);
  if (!target) return problemResponse(404, "not_found", "There is no such path.");
  const headers = forwarded(request.headers, caller.token, options.trace);
  return forward(request, `${options.apiUrl}${target}${search}`, headers);
}

async function forward(request: Request, url: string, headers: Headers): Promise<Response> {
  const init: RequestInit & { duplex: "half" } = {
    method: request.method,
    headers,
    body: request.body,
    duplex: "half",
    cache: "no-store",
    redirect: "manual",
    signal: request.signal,
  };
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    apiOutages.note(error);
    return problemResponse(
      503,
      "api_unavailable",
      "The API can’t be reached. Try again.",
      RETRY_SOON,
    );
  }
  return toBrowser(response);
}

function toBrowser(response: Response): Response {
  // The user is signed in, so the fault lies between this server and the API.
  if (response.status === 401 || (response.status >= 300 && response.status < 400)) {
    void response.body?.cancel();
    console.error(`The API answered ${response.status} to a token of fetchApp.`);
    return problemResponse(502, "api_refused", "The API does not accept this app.", RETRY_SOON);
  }
  return new Response(response.body, {
    status: response.status,
    headers: returned(response.headers),
  });
}

/** Return the API's path for a path below `/bff`, or null if there is none. */
export function targetOf(pathname: string, userId: string): string | null {
  const segments = pathname.split("/").slice(2);
  if (!segments.every(isPlain)) return null;
  const rest = segments[0] === "api" ? segments.slice(1) : segments;
  if (rest[0] === "me" && rest.length > 1) {
    return `/api/${encodeURIComponent(userId)}/${rest.slice(1).join("/")}`;
  }
  return segments.join("/") === "chatkit" ? "/chatkit" : null;
}

function isPlain(segment: string): boolean {
  try {
    return !/^\.{0,2}$|[/\\]/.test(decodeURIComponent(segment));
  } catch {
    return false;
  }
}

import { problemResponse } from "@/lib/problem";
import { forwarded, returned } from "@/lib/relay/headers";
import { isOurs } from "@/lib/relay/origin";
import { targetOf } from "@/lib/relay/target";

/** What a relay needs: where the API is, whose pages may ask, and who is asking. */
export type RelayOptions = {
  apiUrl: string;
  origins: readonly string[];
  callerOf: (headers: Headers) => Promise<{ userId: string; token: string } | null>;
};

const SIGN_IN = "Sign in to go on.";
const AGAIN = { "retry-after": "2" };

/** Pass a request of a page of ours on to the API, as the user who is signed in; bodies stream. */
export async function relay(request: Request, options: RelayOptions): Promise<Response> {
  if (!isOurs(request, options.origins)) {
    return problemResponse(403, "foreign_origin", "Only this app’s own pages may ask here.");
  }
  const caller = await options.callerOf(request.headers);
  if (!caller) return problemResponse(401, "signed_out", SIGN_IN);
  const { pathname, search } = new URL(request.url);
  const target = targetOf(pathname, caller.userId);
  if (!target) return problemResponse(404, "not_found", "There is nothing at this address.");
  return ask(request, `${options.apiUrl}${target}${search}`, caller.token);
}

async function ask(request: Request, url: string, token: string): Promise<Response> {
  const init: RequestInit & { duplex: "half" } = {
    method: request.method,
    headers: forwarded(request.headers, token),
    body: request.body,
    duplex: "half",
    cache: "no-store",
    redirect: "manual",
    signal: request.signal,
  };
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    console.warn(`The API can't be reached: ${error}`);
    return problemResponse(503, "api_unavailable", "The API can’t be reached. Try again.", AGAIN);
  }
  return passedOn(answer);
}

function passedOn(answer: Response): Response {
  // The person is signed in here: it is between us and the API that something is wrong.
  if (answer.status === 401 || (answer.status >= 300 && answer.status < 400)) {
    void answer.body?.cancel();
    console.error(`The API answered ${answer.status} to a token of ours.`);
    return problemResponse(502, "api_refused", "The API does not accept this app.", AGAIN);
  }
  return new Response(answer.body, { status: answer.status, headers: returned(answer.headers) });
}

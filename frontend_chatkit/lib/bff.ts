import { type Problem, problemOf } from "@/lib/problem";

/** Shows that a script of this app sent the request: other origins can't set it without a preflight. */
export const APP_HEADER = "x-requested-with";
export const APP_NAME = "todochat";

/** The API refused the request; `code` is stable, `message` is for people. */
export class BffError extends Error {
  override readonly name = "BffError";
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;
  /** Seconds after which to try again, where the API says so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail ?? problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** There was no response: the network or this app's own server is unreachable. */
export class BffUnreachable extends Error {
  override readonly name = "BffUnreachable";
  constructor(options?: ErrorOptions) {
    super("Todochat can’t be reached. Check your connection and try again.", options);
  }
}

/**
 * Fetch `/bff` + `path` as the signed-in user: `/me/...` is `/api/{user_id}/...`, `/chatkit` the
 * chat protocol. The body of the response streams.
 *
 * Throws BffError for refusals, BffUnreachable without a response, and AbortError when aborted.
 */
export function bff(path: string, init: RequestInit = {}): Promise<Response> {
  return fetchApp(`/bff${path}`, init);
}

/** Fetch a path of this app's own server; throws as `bff` does. */
export async function fetchApp(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set(APP_HEADER, APP_NAME);
  if (typeof init.body === "string" && !headers.has("content-type")) {
    headers.set("content-type", "application/json");
  }
  const response = await fetch(path, { ...init, headers }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new BffUnreachable({ cause });
  });
  if (response.ok) return response;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  throw new BffError(await problemOf(response), Number.isFinite(retryAfter) ? retryAfter : null);
}

/** Fetch JSON as `bff` does; `body`, if any, is sent as JSON. */
export async function bffJson<T>(
  path: string,
  { body, ...init }: Omit<RequestInit, "body"> & { body?: unknown } = {},
): Promise<T> {
  const sent = body === undefined ? init : { ...init, body: JSON.stringify(body) };
  const response = await bff(path, sent);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Return the message that people are shown for an error. */
export function errorMessage(error: unknown): string {
  if (error instanceof BffError && error.status === 401) {
    return "You are signed out. Sign in again to continue.";
  }
  if (error instanceof BffError || error instanceof BffUnreachable) return error.message;
  return "Something went wrong. Try again.";
}

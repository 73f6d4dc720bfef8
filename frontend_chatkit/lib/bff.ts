import { type Problem, problemOf } from "@/lib/problem";

/** Shows that a script of ours sent the request: other origins can't set it without a preflight. */
export const OURS_HEADER = "x-requested-with";
export const OURS = "todochat";

/** The API refused; `code` is stable, `message` is a sentence for people. */
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

/** There was no answer: the network or this app's own server is away. */
export class BffUnreachable extends Error {
  override readonly name = "BffUnreachable";
  constructor(options?: ErrorOptions) {
    super("Todochat can’t be reached. Check your connection and try again.", options);
  }
}

/**
 * Fetch `/bff` + `path` as the signed-in user: `/me/...` is `/api/{user_id}/...`, `/chatkit` the
 * chat protocol. The answer's body streams.
 *
 * Throws BffError for refusals, BffUnreachable without an answer, and AbortError when aborted.
 */
export function bff(path: string, init: RequestInit = {}): Promise<Response> {
  return ours(`/bff${path}`, init);
}

/** Fetch a path of this app's own server; throws as `bff` does. */
export async function ours(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set(OURS_HEADER, OURS);
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

/** What to tell a person about whatever went wrong. */
export function sentence(error: unknown): string {
  if (error instanceof BffError && error.status === 401) {
    return "You are signed out. Sign in again to go on.";
  }
  if (error instanceof BffError || error instanceof BffUnreachable) return error.message;
  return "Something went wrong. Try again.";
}

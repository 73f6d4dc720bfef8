/** An error as the API tells it (RFC 9457), with its stable `code`. */
export type Problem = {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  errors?: { loc?: (string | number)[]; msg?: string }[];
  [extension: string]: unknown;
};

/** Build the answer that tells a problem. */
export function problemResponse(
  status: number,
  code: string,
  title: string,
  headers: HeadersInit = {},
): Response {
  const answer = new Response(JSON.stringify({ type: "about:blank", title, status, code }), {
    status,
    headers,
  });
  answer.headers.set("content-type", "application/problem+json");
  answer.headers.set("cache-control", "no-store");
  return answer;
}

/** Read the problem that a refused answer tells; one is made up where it tells none. */
export async function problemOf(response: Response): Promise<Problem> {
  const fallback = { title: `The server answered ${response.status}.`, code: "unexpected" };
  const body = (await response.json().catch(() => null)) as Partial<Problem> | null;
  const told = body && typeof body === "object" && typeof body.code === "string" ? body : {};
  return { ...fallback, ...told, status: response.status };
}

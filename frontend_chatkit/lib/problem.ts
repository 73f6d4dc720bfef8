/** A problem document of the API (RFC 9457), with its stable `code`. */
export type Problem = {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  errors?: { loc?: (string | number)[]; msg?: string }[];
  [extension: string]: unknown;
};

/** Build a response that holds a problem document. */
export function problemResponse(
  status: number,
  code: string,
  title: string,
  headers: HeadersInit = {},
): Response {
  const response = new Response(JSON.stringify({ type: "about:blank", title, status, code }), {
    status,
    headers,
  });
  response.headers.set("content-type", "application/problem+json");
  response.headers.set("cache-control", "no-store");
  return response;
}

/** Read the problem document of a response, or build one where it has none. */
export async function problemOf(response: Response): Promise<Problem> {
  const fallback = { title: `The server answered ${response.status}.`, code: "unexpected" };
  const body = (await response.json().catch(() => null)) as Partial<Problem> | null;
  const given = body && typeof body === "object" && typeof body.code === "string" ? body : {};
  return { ...fallback, ...given, status: response.status };
}

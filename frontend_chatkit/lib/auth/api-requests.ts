import { APIError } from "better-auth/api";
import { apiOutages } from "@/lib/outage-log";

const TIMEOUT_MS = 20_000;

/** A request to the API in a user's name. */
export type ApiRequest = { apiUrl: string; userId: string; token: string };

/** Send a request below a user's path; `code` is that of the error if it has no success. */
export async function requestApi(
  { apiUrl, userId, token }: ApiRequest,
  method: "DELETE" | "POST",
  { path = "", body, code }: { path?: string; body?: object; code: string },
): Promise<void> {
  const response = await fetch(`${apiUrl}/api/${encodeURIComponent(userId)}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body && { "content-type": "application/json" }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    apiOutages.note(error);
  });
  if (!response?.ok) throw new APIError("SERVICE_UNAVAILABLE", { code });
}

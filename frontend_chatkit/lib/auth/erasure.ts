import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import { deleteSessionCookie } from "better-auth/cookies";
import { getJwtToken, type JwtOptions } from "better-auth/plugins";

const TIMEOUT_MS = 20_000;

/**
 * Deletes an account: first the user's data at the API, then the account with its sessions,
 * passwords and connected assistants. A deletion that fails in between can be repeated.
 */
export function erasure(apiUrl: string, login: JwtOptions) {
  return {
    id: "erasure",
    endpoints: {
      eraseAccount: createAuthEndpoint(
        "/erase-account",
        { method: "POST", use: [sensitiveSessionMiddleware] },
        async (context) => {
          const { adapter, password, session } = context.context;
          const { user } = session;
          if (typeof context.body?.password !== "string") throw invalidPassword();
          await password.checkPassword(user.id, context);
          await eraseAtApi(apiUrl, user.id, await getJwtToken(context, login));
          await adapter.delete({ model: "user", where: [{ field: "id", value: user.id }] });
          deleteSessionCookie(context);
          return context.json({ erased: true });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

function invalidPassword(): APIError {
  return new APIError("BAD_REQUEST", { code: "INVALID_PASSWORD" });
}

async function eraseAtApi(apiUrl: string, userId: string, token: string): Promise<void> {
  const response = await fetch(`${apiUrl}/api/${encodeURIComponent(userId)}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    console.warn(`The API can't be reached: ${error}`);
  });
  if (!response?.ok) throw new APIError("SERVICE_UNAVAILABLE", { code: "NOT_ERASED" });
}

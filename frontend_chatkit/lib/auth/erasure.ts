import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import { deleteSessionCookie } from "better-auth/cookies";
import { getJwtToken, type JwtOptions } from "better-auth/plugins";

const PATIENCE_MS = 20_000;

/**
 * Deleting one's account, and before it all that the API keeps of it. Whoever is interrupted in
 * between still has the account, and can ask again; the account itself goes as a whole, with the
 * sessions, assistants and passwords that refer to it.
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
          if (typeof context.body?.password !== "string") throw unproven();
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

function unproven(): APIError {
  return new APIError("BAD_REQUEST", { code: "INVALID_PASSWORD" });
}

async function eraseAtApi(apiUrl: string, userId: string, token: string): Promise<void> {
  const answer = await fetch(`${apiUrl}/api/${encodeURIComponent(userId)}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: unknown) => {
    console.warn(`The API can't be reached: ${error}`);
  });
  if (!answer?.ok) throw new APIError("SERVICE_UNAVAILABLE", { code: "NOT_ERASED" });
}

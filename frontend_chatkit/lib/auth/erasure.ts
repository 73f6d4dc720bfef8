import type { BetterAuthPlugin, Where } from "better-auth";
import { createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import { deleteSessionCookie } from "better-auth/cookies";
import { getJwtToken, type JwtOptions } from "better-auth/plugins";
import { requestApi } from "@/lib/auth/api-requests";
import { confirmPassword } from "@/lib/auth/recent-login";

// Whoever holds one of these is signed out before anything is deleted.
const SIGNED_IN = ["session", "oauthRefreshToken", "oauthAccessToken", "oauthConsent"];

/**
 * Deletes an account: first its other sessions and its connected assistants, then the user's data at
 * the API, then the account with its session and password. A deletion that fails in between can be
 * repeated.
 */
export function erasure(apiUrl: string, login: JwtOptions) {
  return {
    id: "erasure",
    endpoints: {
      eraseAccount: createAuthEndpoint(
        "/erase-account",
        { method: "POST", use: [sensitiveSessionMiddleware] },
        async (context) => {
          const { adapter, session } = context.context;
          const { user } = session;
          await confirmPassword(context);
          const token = await getJwtToken(context, login);
          await adapter.transaction(async (tx) => {
            for (const model of SIGNED_IN) {
              const where: Where[] = [{ field: "userId", value: user.id }];
              if (model === "session") {
                where.push({ field: "token", operator: "ne", value: session.session.token });
              }
              await tx.deleteMany({ model, where });
            }
          });
          await requestApi({ apiUrl, userId: user.id, token }, "DELETE", { code: "NOT_ERASED" });
          await adapter.delete({ model: "user", where: [{ field: "id", value: user.id }] });
          deleteSessionCookie(context);
          return context.json({ erased: true });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

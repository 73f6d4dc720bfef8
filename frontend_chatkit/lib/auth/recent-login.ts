import type { BetterAuthPlugin, GenericEndpointContext, Session } from "better-auth";
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";

type Context = GenericEndpointContext & {
  context: { session: { session: Session; user: { id: string } } };
};

/**
 * Check the password of a request's user. From now on the session counts as a new one: the API takes its
 * age for the time of the login.
 */
export async function confirmPassword(context: Context): Promise<void> {
  const { internalAdapter, password, session } = context.context;
  if (typeof context.body?.password !== "string") {
    throw new APIError("BAD_REQUEST", { code: "INVALID_PASSWORD" });
  }
  await password.checkPassword(session.user.id, context);
  const createdAt = new Date();
  await internalAdapter.updateSession(session.session.token, { createdAt });
  session.session.createdAt = createdAt;
}

/** Lets a user confirm their password instead of logging in anew. */
export const recentLogin = {
  id: "recent-login",
  endpoints: {
    confirmPassword: createAuthEndpoint(
      "/confirm-password",
      { method: "POST", use: [sensitiveSessionMiddleware] },
      async (context) => {
        await confirmPassword(context as Context);
        return context.json({ confirmed: true });
      },
    ),
  },
} satisfies BetterAuthPlugin;

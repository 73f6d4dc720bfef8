import { createHash } from "node:crypto";
import type { BetterAuthPlugin, GenericEndpointContext, User, Where } from "better-auth";
import {
  APIError,
  createAuthEndpoint,
  createAuthMiddleware,
  sensitiveSessionMiddleware,
} from "better-auth/api";
import type { JwtOptions } from "better-auth/plugins";
import { requestApi } from "@/lib/auth/api-requests";
import { claimsOf, loginTokenOf } from "@/lib/auth/login-claims";

type Context = GenericEndpointContext;
type RefreshToken = { userId: string; clientId: string; revoked: Date | null };
type Revocation = { client?: string; stored?: boolean };

const CODE = "NOT_REVOKED";
const REVOKE = "/oauth2/revoke";
const TOKEN = "/oauth2/token";
// They end sessions, which the library does; the tokens that those got are ended here.
const ENDS_SESSIONS = new Set(["/change-password", "/revoke-sessions", "/revoke-other-sessions"]);
const GRANT = ["oauthConsent", "oauthRefreshToken", "oauthAccessToken"];

/**
 * Ends what outlives a row: signed tokens, which the API refuses by their age. Sessions, consents and refresh
 * tokens are deleted before, so that nobody gets a newer one.
 */
export function revocation(apiUrl: string, login: JwtOptions) {
  // What a refresh token was before the library handled the request.
  const before = new WeakMap<Request, RefreshToken>();

  async function revoke(context: Context, user: User, body: Revocation = {}): Promise<void> {
    const token = await loginTokenOf(context, login, user);
    const request = { apiUrl, userId: user.id, token };
    await requestApi(request, "POST", { path: "/revocations", body, code: CODE });
    // Login tokens are cached by this time: the next request of each session gets a new one.
    if (!body.client) {
      await context.context.internalAdapter.updateUser(user.id, { updatedAt: new Date() });
    }
  }

  async function revokeGrant(context: Context, userId: string, client: string): Promise<void> {
    const user = await context.context.internalAdapter.findUserById(userId);
    if (user) await revoke(context, user, { client });
  }

  return {
    id: "revocation",
    endpoints: {
      signOutEverywhere: createAuthEndpoint(
        "/sign-out-everywhere",
        { method: "POST", use: [sensitiveSessionMiddleware] },
        async (context) => {
          const { session, user } = context.context.session;
          const everything = context.body?.everything === true;
          await context.context.adapter.transaction(async (tx) => {
            const others: Where[] = [
              ...ofUser(user.id),
              { field: "token", operator: "ne", value: session.token },
            ];
            await tx.deleteMany({ model: "session", where: others });
            for (const model of everything ? GRANT : []) {
              await tx.deleteMany({ model, where: ofUser(user.id) });
            }
          });
          await revoke(context, user, { stored: everything });
          return context.json({ revoked: true });
        },
      ),
      disconnectAssistant: createAuthEndpoint(
        "/disconnect-assistant/:clientId",
        { method: "POST", use: [sensitiveSessionMiddleware] },
        async (context) => {
          const { user } = context.context.session;
          const { clientId } = context.params;
          await context.context.adapter.transaction(async (tx) => {
            for (const model of GRANT) {
              await tx.deleteMany({ model, where: ofGrant(user.id, clientId) });
            }
            // Who refreshes just now waits for these rows, and finds none.
            await revoke(context, user, { client: clientId });
          });
          return context.json({ disconnected: true });
        },
      ),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === REVOKE || path === TOKEN,
          handler: createAuthMiddleware(async ({ body, request, context }) => {
            const secret = body?.refresh_token ?? body?.token;
            if (!request || typeof secret !== "string") return;
            const token = createHash("sha256").update(secret).digest("base64url");
            const found = await context.adapter.findOne<RefreshToken>({
              model: "oauthRefreshToken",
              where: [{ field: "token", value: token }],
            });
            if (found) before.set(request, found);
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => ENDS_SESSIONS.has(path ?? ""),
          handler: createAuthMiddleware(async (context) => {
            const { returned, session } = context.context;
            if (returned instanceof Error || !session) return;
            const user = await context.context.internalAdapter.findUserById(session.user.id);
            if (user) await revoke(context, user);
          }),
        },
        {
          matcher: ({ path }) => path === REVOKE,
          handler: createAuthMiddleware(async (context) => {
            const { returned } = context.context;
            const { client_id: client, token } = context.body ?? {};
            if (isUnsupported(returned)) {
              // The library has verified the client and the token, and does not revoke signed ones.
              const { sub, azp } = claimsOf(token);
              if (!sub || !azp || azp !== (client ?? basicClient(context.headers))) {
                throw new APIError("BAD_REQUEST", { error: "invalid_request" });
              }
              await revokeGrant(context, sub, azp);
              return new Response(null, { status: 200 });
            }
            const found = context.request && before.get(context.request);
            if (found && !(returned instanceof Error)) {
              await revokeGrant(context, found.userId, found.clientId);
            }
          }),
        },
        {
          matcher: ({ path }) => path === TOKEN,
          handler: createAuthMiddleware(async (context) => {
            const found = context.request && before.get(context.request);
            if (!found?.revoked || !(context.context.returned instanceof Error)) return;
            // A refresh token that was used before: the library deletes all that came of it.
            const where = ofGrant(found.userId, found.clientId);
            const left = await context.context.adapter.count({ model: "oauthRefreshToken", where });
            if (left === 0) await revokeGrant(context, found.userId, found.clientId);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

function ofUser(userId: string): Where[] {
  return [{ field: "userId", value: userId }];
}

function ofGrant(userId: string, clientId: string): Where[] {
  return [...ofUser(userId), { field: "clientId", value: clientId }];
}

function isUnsupported(returned: unknown): boolean {
  // The library's errors are of a class of its own.
  const { body } = returned instanceof Error ? (returned as { body?: { error?: string } }) : {};
  return body?.error === "unsupported_token_type";
}

function basicClient(headers: Headers | undefined): string | undefined {
  const [scheme = "", encoded = ""] = headers?.get("authorization")?.split(" ") ?? [];
  if (scheme.toLowerCase() !== "basic") return undefined;
  return decodeURIComponent(Buffer.from(encoded, "base64").toString().split(":")[0] ?? "");
}

import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { REFRESH, SCOPES } from "@/lib/scopes";

const AUTHORIZATION = "/oauth2/authorize";

/**
 * Adds the scope of refresh tokens to requests for the scopes of the tools. Many clients request what the
 * MCP server names in its challenge and nothing else, and would lose their connection with the access token.
 */
export const refreshScope = {
  id: "refresh-scope",
  hooks: {
    before: [
      {
        matcher: ({ path }) => path === AUTHORIZATION,
        handler: createAuthMiddleware(async ({ method, query, body }) => ({
          context: method === "POST" ? { body: withRefresh(body) } : { query: withRefresh(query) },
        })),
      },
    ],
  },
} satisfies BetterAuthPlugin;

/** Add the scope to the parameters of a request; one without `scope` gets all of the client's anyway. */
export function withRefresh<T>(parameters: T): T {
  const scope = (parameters as { scope?: unknown } | undefined)?.scope;
  if (typeof scope !== "string") return parameters;
  const scopes = scope.split(" ");
  if (scopes.includes(REFRESH) || !scopes.some((one) => one in SCOPES)) return parameters;
  return { ...parameters, scope: `${scope} ${REFRESH}` };
}

import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { SCHEMA } from "@/lib/auth/database";
import type { DatabasePool } from "@/lib/auth/pool";
import { REGISTRATION } from "@/lib/auth/registration";

const GRANTS = ["oauthConsent", "oauthRefreshToken", "oauthAccessToken"];
const UNUSED = GRANTS.map(
  (table) =>
    `not exists (select from ${SCHEMA}."${table}" one where one."clientId" = client."clientId")`,
);
/** Deletes the clients that are so many days (`$1`) old and that no account uses. */
export const EXPIRE_CLIENTS = `
  delete from ${SCHEMA}."oauthClient" client
  where client."createdAt" < now() - make_interval(days => $1) and ${UNUSED.join(" and ")}`;

/**
 * Forgets the clients that are so many days old and connected to no account, when another one registers:
 * anybody may register one. A client that comes back registers anew.
 */
export function clientExpiry(pool: DatabasePool, days: number) {
  return {
    id: "client-expiry",
    hooks: {
      after: [
        {
          matcher: ({ path }) => path === REGISTRATION,
          handler: createAuthMiddleware(async () => {
            await pool.query(EXPIRE_CLIENTS, [days]);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

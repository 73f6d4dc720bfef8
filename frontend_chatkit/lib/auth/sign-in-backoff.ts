import { createHmac, randomUUID } from "node:crypto";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from "better-auth/api";
import { SCHEMA } from "@/lib/auth/database";
import type { DatabasePool } from "@/lib/auth/pool";

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

const SIGN_IN = "/sign-in/email";
// Requests that a session makes and that need the password again.
const CONFIRMATIONS = ["/change-password", "/erase-account", "/verify-password"];
const CHECKS = [SIGN_IN, ...CONFIRMATIONS];

const TABLE = `${SCHEMA}."signInBackoff"`;
const YEAR = 365 * 24 * 3600;
const COOKIE = "device";

// A row is an account, or a device that its owner used. Its failures are forgotten a day after the last.
// Each attempt counts as failed before the password is checked, so that attempts at once gain nothing, and
// one during a pause is refused and does not lengthen it.
const BEGIN = `
  insert into ${TABLE} as attempt (id, failures, "blockedUntil", "updatedAt")
  values ($1, 1, now(), now())
  on conflict (id) do update set
    failures = case when attempt."updatedAt" < now() - interval '1 day' then 1
      else attempt.failures + 1 end,
    "blockedUntil" = now() + interval '1 second' *
      case when attempt."updatedAt" < now() - interval '1 day' or attempt.failures < 5 then 0
      else least(900, 2 ^ least(attempt.failures - 4, 10)) end,
    "updatedAt" = now()
  where attempt."blockedUntil" <= now()
  returning failures`;
const LEFT = `
  select greatest(1, ceil(extract(epoch from "blockedUntil" - now())))::int as seconds
  from ${TABLE} where id = $1`;

/**
 * Pauses between wrong passwords of an account, whoever tries them: none for the first five, then 2, 4, 8
 * seconds and so on up to 15 minutes. A browser in which the owner has been signed in, or has opened a
 * link to a new password, is counted alone, so that strangers can't lock the owner out (OWASP, device
 * cookies). An address without an account is treated like one with an account.
 */
export class SignInBackoff {
  readonly #pool: DatabasePool;
  readonly #secret: string;

  constructor(pool: DatabasePool, secret: string) {
    this.#pool = pool;
    this.#secret = secret;
  }

  /** Let this browser be counted alone from now on, when an account is signed in to from it. */
  async trust(context: Context, email: string): Promise<void> {
    if (await this.#device(context, email)) return;
    const { name, attributes } = context.context.createAuthCookie(COOKIE, { maxAge: YEAR });
    const value = `${this.#account(email)}.${randomUUID()}`;
    await context.setSignedCookie(name, value, context.context.secret, attributes);
  }

  /** Return the hooks and the table. */
  plugin() {
    return {
      id: "sign-in-backoff",
      schema: {
        signInBackoff: {
          fields: {
            failures: { type: "number", required: true },
            blockedUntil: { type: "date", required: true },
            updatedAt: { type: "date", required: true, index: true },
          },
        },
      },
      hooks: {
        before: [
          {
            matcher: ({ path }) => CHECKS.includes(path ?? ""),
            handler: createAuthMiddleware(async (context) => {
              const id = await this.#id(context);
              const seconds = id ? await this.#begin(id) : 0;
              if (seconds) throw refusal(seconds);
            }),
          },
        ],
        after: [
          {
            matcher: () => true,
            handler: createAuthMiddleware(async (context) => {
              if (isAPIError(context.context.returned)) return;
              const id = CHECKS.includes(context.path) && (await this.#id(context));
              if (id) await this.#pool.query(`delete from ${TABLE} where id = $1`, [id]);
              const started = context.context.newSession;
              if (started) await this.trust(context, started.user.email);
            }),
          },
        ],
      },
    } satisfies BetterAuthPlugin;
  }

  /** Begin an attempt; return the seconds to wait before it may be made, 0 if it may be made now. */
  async #begin(id: string): Promise<number> {
    const { rows } = await this.#pool.query<{ failures: number }>(BEGIN, [id]);
    if (rows[0]?.failures === 1) {
      await this.#pool.query(`delete from ${TABLE} where "updatedAt" < now() - interval '1 day'`);
    }
    if (rows[0]) return 0;
    const { rows: left } = await this.#pool.query<{ seconds: number }>(LEFT, [id]);
    return left[0]?.seconds ?? 1;
  }

  async #id(context: Context): Promise<string | null> {
    const email =
      context.path === SIGN_IN
        ? context.body?.email
        : (await getSessionFromCtx(context))?.user.email;
    if (typeof email !== "string") return null;
    return (await this.#device(context, email)) ?? this.#account(email);
  }

  /** Return the id of this browser for an account, if its owner has used it. */
  async #device(context: Context, email: string): Promise<string | null> {
    const { name } = context.context.createAuthCookie(COOKIE);
    const value = await context.getSignedCookie(name, context.context.secret);
    return value !== false && value?.startsWith(`${this.#account(email)}.`) ? value : null;
  }

  #account(email: string): string {
    const key = createHmac("sha256", this.#secret).update(`sign-in ${email.toLowerCase()}`);
    return key.digest("base64url");
  }
}

function refusal(seconds: number): APIError {
  return new APIError(
    "TOO_MANY_REQUESTS",
    { code: "TOO_MANY_ATTEMPTS", message: "Too many attempts for this account." },
    { "Retry-After": String(seconds) },
  );
}

import { createHmac, randomUUID } from "node:crypto";
import type { BetterAuthPlugin } from "better-auth";
import {
  APIError,
  createAuthMiddleware,
  getIP,
  getSessionFromCtx,
  isAPIError,
} from "better-auth/api";
import { SCHEMA } from "@/lib/auth/database";
import type { DatabasePool } from "@/lib/auth/pool";

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

const SIGN_IN = "/sign-in/email";
const SIGN_UP = "/sign-up/email";
// Requests that a session makes and that need the password again.
const CONFIRMATIONS = [
  "/change-password",
  "/confirm-password",
  "/erase-account",
  "/verify-password",
];
// Without e-mail, signing up tells that an address has an account.
const EXISTS = "USER_ALREADY_EXISTS";
// The password was right.
const UNCONFIRMED = "EMAIL_NOT_VERIFIED";
const CHECKS = [SIGN_IN, ...CONFIRMATIONS];

const TABLE = `${SCHEMA}."signInBackoff"`;
const YEAR = 365 * 24 * 3600;
const COOKIE = "device";

// A row is an account, a device that its owner used, or where sign-ups come from. Its failures are forgotten a day after the last.
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
  select ceil(extract(epoch from "blockedUntil" - now()))::int as seconds
  from ${TABLE} where id = $1 and "blockedUntil" > now()`;

/**
 * Pauses between wrong passwords of an account, whoever tries them: none for the first five, then 2, 4, 8
 * seconds and so on up to 15 minutes. A browser in which the owner has been signed in, or has opened a
 * link to a new password, is counted alone, so that strangers can't lock the owner out (OWASP, device
 * cookies). An address without an account is treated like one with an account. Sign-ups with addresses that
 * have an account are counted in the same way, by where they come from.
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

  /** Begin an attempt at the password of an account; throws where there is a pause. */
  async begin(context: Context, email: string): Promise<void> {
    await this.#begin(await this.#idOf(context, email));
  }

  /** Forget the failures of an account at this browser. */
  async clear(context: Context, email: string): Promise<void> {
    await this.#clear(await this.#idOf(context, email));
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
            matcher: ({ path }) => path === SIGN_UP || CHECKS.includes(path ?? ""),
            handler: createAuthMiddleware(async (context) => {
              if (context.path === SIGN_UP) return this.#refuseInPause(this.#origin(context));
              const email = await emailOf(context);
              if (email !== null) await this.begin(context, email);
            }),
          },
        ],
        after: [
          {
            matcher: () => true,
            handler: createAuthMiddleware(async (context) => {
              const { returned } = context.context;
              const code = isAPIError(returned) ? (returned.body?.code ?? "UNKNOWN") : null;
              if (context.path === SIGN_UP && code?.startsWith(EXISTS)) {
                await this.#begin(this.#origin(context));
              }
              if (code !== null && code !== UNCONFIRMED) return;
              const email = CHECKS.includes(context.path) ? await emailOf(context) : null;
              if (email !== null) await this.clear(context, email);
              const started = context.context.newSession;
              if (started) await this.trust(context, started.user.email);
            }),
          },
        ],
      },
    } satisfies BetterAuthPlugin;
  }

  async #begin(id: string): Promise<void> {
    const { rows } = await this.#pool.query<{ failures: number }>(BEGIN, [id]);
    if (rows[0]?.failures === 1) {
      await this.#pool.query(`delete from ${TABLE} where "updatedAt" < now() - interval '1 day'`);
    }
    if (!rows[0]) await this.#refuseInPause(id);
  }

  async #refuseInPause(id: string): Promise<void> {
    const { rows } = await this.#pool.query<{ seconds: number }>(LEFT, [id]);
    if (rows[0]) throw refusal(rows[0].seconds);
  }

  async #clear(id: string): Promise<void> {
    await this.#pool.query(`delete from ${TABLE} where id = $1`, [id]);
  }

  async #idOf(context: Context, email: string): Promise<string> {
    return (await this.#device(context, email)) ?? this.#account(email);
  }

  /** Return the id of this browser for an account, if its owner has used it. */
  async #device(context: Context, email: string): Promise<string | null> {
    const { name } = context.context.createAuthCookie(COOKIE);
    const value = await context.getSignedCookie(name, context.context.secret);
    return value !== false && value?.startsWith(`${this.#account(email)}.`) ? value : null;
  }

  #account(email: string): string {
    return this.#hash(`sign-in ${email.toLowerCase()}`);
  }

  #origin({ request, context }: Context): string {
    return this.#hash(`sign-up ${request && getIP(request, context.options)}`);
  }

  /** Neither an address of a person nor one of a machine is stored. */
  #hash(text: string): string {
    return createHmac("sha256", this.#secret).update(text).digest("base64url");
  }
}

/** Return the address of the account whose password a request has. */
async function emailOf(context: Context): Promise<string | null> {
  const email =
    context.path === SIGN_IN ? context.body?.email : (await getSessionFromCtx(context))?.user.email;
  return typeof email === "string" ? email : null;
}

function refusal(seconds: number): APIError {
  return new APIError(
    "TOO_MANY_REQUESTS",
    { code: "TOO_MANY_ATTEMPTS", message: "Too many attempts for this account." },
    { "Retry-After": String(seconds) },
  );
}

import type { BetterAuthPlugin, User } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { verifyJWT } from "better-auth/crypto";
import { confirmationMessage, existingAccountMessage } from "@/lib/auth/link-messages";
import type { SecretRing } from "@/lib/auth/secret-ring";
import type { SignInBackoff } from "@/lib/auth/sign-in-backoff";
import { type Mailer, sendInBackground } from "@/lib/mail";

type LinkClaims = { email?: unknown; aud?: unknown; sub?: unknown };
type Created = { user: User; url: string; token: string };

const HOUR_MS = 3_600_000;
const MAX_ADDRESSES = 10_000;

/**
 * Confirms that an address is its user's by a link and the password. The link alone does nothing: mail
 * filters open links, and whoever signed up with the address of somebody else must not gain by their click.
 */
export function addressConfirmation(backoff: SignInBackoff, secrets: SecretRing) {
  return {
    id: "address-confirmation",
    endpoints: {
      confirmAddress: createAuthEndpoint(
        "/confirm-address",
        { method: "POST" },
        async (context) => {
          const { internalAdapter, password } = context.context;
          const email = await addressOf(String(context.body?.token), secrets);
          await backoff.begin(context, email);
          const found = await internalAdapter.findUserByEmail(email, { includeAccounts: true });
          const hash = found?.accounts.find((one) => one.providerId === "credential")?.password;
          const given = context.body?.password;
          if (!found || !hash || typeof given !== "string" || given.length > 128)
            throw invalidPassword();
          if (!(await password.verify({ hash, password: given }))) throw invalidPassword();
          const user = await internalAdapter.updateUser(found.user.id, { emailVerified: true });
          const session = await internalAdapter.createSession(user.id);
          await setSessionCookie(context, { session, user });
          await backoff.clear(context, email);
          return context.json({ confirmed: true });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

/** Return the callback that mails a link by which an address is confirmed. */
export function confirmationMailer(send: Mailer, webUrl: string) {
  return async ({ user, url, token }: Created): Promise<void> => {
    const next = new URL(url).searchParams.get("callbackURL") ?? "/";
    // The secret is in the fragment, which reaches no server's log.
    const link = `${webUrl}/confirm-address?next=${encodeURIComponent(next)}#${token}`;
    sendInBackground(send, confirmationMessage(user.email, link), "a link to confirm an address");
  };
}

/**
 * Return the callback that tells the owner of an address, at most once an hour, that somebody signed up with
 * it again: the page tells nobody.
 */
export function existingAccountMailer(send: Mailer, webUrl: string) {
  const sent = new Map<string, number>();
  return async ({ user }: { user: User }): Promise<void> => {
    const last = sent.get(user.id);
    if (last !== undefined && Date.now() - last < HOUR_MS) return;
    sent.delete(user.id);
    sent.set(user.id, Date.now());
    const oldest = sent.size > MAX_ADDRESSES ? sent.keys().next().value : undefined;
    if (oldest !== undefined) sent.delete(oldest);
    sendInBackground(send, existingAccountMessage(user.email, webUrl), "word of an account");
  };
}

async function addressOf(token: string, secrets: SecretRing): Promise<string> {
  for (const secret of secrets) {
    const claims = await verifyJWT<LinkClaims>(token, secret);
    // Other tokens of the secret have an audience or a subject.
    if (typeof claims?.email === "string" && !claims.aud && !claims.sub) return claims.email;
  }
  throw new APIError("BAD_REQUEST", { code: "INVALID_TOKEN" });
}

function invalidPassword(): APIError {
  return new APIError("UNAUTHORIZED", { code: "INVALID_PASSWORD" });
}

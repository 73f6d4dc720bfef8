import type { BetterAuthPlugin, User } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { generateRandomString, verifyJWT } from "better-auth/crypto";
import { resetMessage } from "@/lib/auth/link-messages";
import type { SecretRing } from "@/lib/auth/secret-ring";
import type { SignInBackoff } from "@/lib/auth/sign-in-backoff";
import { type Mailer, sendInBackground } from "@/lib/mail";

export const LINK_SECONDS = 3600;

/** What precedes the secret of a link in the library's table of verifications. */
export const RESET_PREFIX = "reset-password:";

// `todochat reset-password` signs this audience with a secret of this app; no login token has it.
const AUDIENCE = "todochat-password-reset";
const SECRET_LENGTH = 32;

type OperatorClaims = { aud?: unknown; email?: unknown };

/**
 * Links to a new password beside those that the library mails: the operator's command requests one,
 * the page checks one before anybody types, and a used one makes all others of its user useless. Where links
 * are mailed, a used one confirms the address too; the operator vouches for those of the command.
 */
export function passwordReset(
  webUrl: string,
  backoff: SignInBackoff,
  secrets: SecretRing,
  mailed: boolean,
) {
  return {
    id: "password-reset",
    init: ({ adapter }) => ({
      options: {
        emailAndPassword: {
          enabled: true,
          onPasswordReset: async ({ user }) => {
            await adapter.deleteMany({
              model: "verification",
              where: [{ field: "value", value: user.id }],
            });
            if (mailed) {
              await adapter.update({
                model: "user",
                where: [{ field: "id", value: user.id }],
                update: { emailVerified: true },
              });
            }
          },
        },
      },
    }),
    endpoints: {
      createResetLink: createAuthEndpoint(
        "/password-reset/link",
        { method: "POST" },
        async (context) => {
          const { internalAdapter } = context.context;
          const email = await addressToReset(String(context.body?.token), secrets);
          const found = await internalAdapter.findUserByEmail(email.toLowerCase());
          if (!found) throw new APIError("NOT_FOUND", { code: "USER_NOT_FOUND" });
          const token = generateRandomString(SECRET_LENGTH);
          await internalAdapter.createVerificationValue({
            identifier: RESET_PREFIX + token,
            value: found.user.id,
            expiresAt: new Date(Date.now() + LINK_SECONDS * 1000),
          });
          return context.json({ url: resetLink(webUrl, token) });
        },
      ),
      checkResetLink: createAuthEndpoint(
        "/password-reset/check",
        { method: "POST" },
        async (context) => {
          const { internalAdapter } = context.context;
          const token = context.body?.token;
          const found =
            typeof token === "string" &&
            (await internalAdapter.findVerificationValue(RESET_PREFIX + token));
          const user =
            found &&
            found.expiresAt > new Date() &&
            (await internalAdapter.findUserById(found.value));
          if (!user) throw new APIError("BAD_REQUEST", { code: "INVALID_TOKEN" });
          await backoff.trust(context, user.email);
          return context.json({ email: user.email });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}

/**
 * Return the callback that mails a link. It doesn't wait for the mail server: the answer to the page is
 * the same, and as fast, whether there is an account or not.
 */
export function resetMailer(send: Mailer, webUrl: string) {
  return async ({ user, token }: { user: User; token: string }): Promise<void> => {
    const message = resetMessage(user.email, resetLink(webUrl, token));
    sendInBackground(send, message, "a link to a new password");
  };
}

/** Return the address that a link opens. Its secret is in the fragment, which reaches no server's log. */
function resetLink(webUrl: string, token: string): string {
  return `${webUrl}/reset-password#${token}`;
}

async function addressToReset(token: string, secrets: SecretRing): Promise<string> {
  for (const secret of secrets) {
    const claims = await verifyJWT<OperatorClaims>(token, secret);
    if (claims?.aud === AUDIENCE && typeof claims.email === "string") return claims.email;
  }
  throw new APIError("UNAUTHORIZED", { code: "INVALID_TOKEN" });
}

import { mcp } from "@better-auth/mcp";
import type { BetterAuthOptions, Session, User } from "better-auth";
import { jwt } from "better-auth/plugins";
import { PostgresDialect } from "kysely";
import {
  addressConfirmation,
  confirmationMailer,
  existingAccountMailer,
} from "@/lib/auth/address-confirmation";
import { clientDocuments } from "@/lib/auth/client-documents/discovery";
import { fetchPublic } from "@/lib/auth/client-documents/transport";
import { clientExpiry } from "@/lib/auth/client-expiry";
import { commonPasswords } from "@/lib/auth/common-passwords";
import { SCHEMA } from "@/lib/auth/database";
import { erasure } from "@/lib/auth/erasure";
import { issuedNow } from "@/lib/auth/login-claims";
import { LINK_SECONDS, passwordReset, RESET_PREFIX, resetMailer } from "@/lib/auth/password-reset";
import type { DatabasePool } from "@/lib/auth/pool";
import { recentLogin } from "@/lib/auth/recent-login";
import { refreshScope } from "@/lib/auth/refresh-scope";
import { afterRegistration, beforeRegistration, GRANT_TYPES } from "@/lib/auth/registration";
import { revocation } from "@/lib/auth/revocation";
import { SignInBackoff } from "@/lib/auth/sign-in-backoff";
import { signingKeys } from "@/lib/auth/signing-keys";
import { type Environment, trustedOrigins } from "@/lib/environment";
import { mailer } from "@/lib/mail";
import { databaseOutages } from "@/lib/outage-log";
import { REFRESH, SCOPES } from "@/lib/scopes";

const MINUTE = 60;
const DAY = 24 * 3600;
const OUTAGE_MS = 10_000;

/** Return how people sign in, which tokens the API gets, and how assistants are authorized. */
export function authOptions(environment: Environment, pool: DatabasePool) {
  const login = {
    disableSettingJwtHeader: true,
    adapter: signingKeys(environment.secrets),
    jwt: {
      audience: environment.apiAudience,
      expirationTime: "15m",
      definePayload: ({ user, session }: { user: User; session: Partial<Session> }) => ({
        ...issuedNow(),
        // When the password was typed: what can't be undone needs it to be lately.
        ...(session.createdAt && { auth_time: Math.floor(session.createdAt.getTime() / 1000) }),
        azp: "todochat-web",
        email: user.email,
        email_verified: user.emailVerified,
      }),
    },
  };
  const { smtp, webUrl } = environment;
  const backoff = new SignInBackoff(pool, environment.secrets[0]);
  const send = smtp && mailer(smtp);
  return {
    appName: "Todochat",
    baseURL: webUrl,
    secret: environment.secrets[0],
    trustedOrigins: trustedOrigins(webUrl),
    database: {
      dialect: new PostgresDialect({ pool }),
      type: "postgres",
      schemaName: SCHEMA,
      transaction: true,
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      resetPasswordTokenExpiresIn: LINK_SECONDS,
      revokeSessionsOnPasswordReset: true,
      ...(send && {
        sendResetPassword: resetMailer(send, webUrl),
        // Then nobody learns from signing up whether an address has an account.
        requireEmailVerification: true,
        onExistingUserSignUp: existingAccountMailer(send, webUrl),
      }),
    },
    ...(send && {
      emailVerification: {
        expiresIn: LINK_SECONDS,
        sendOnSignIn: true,
        sendVerificationEmail: confirmationMailer(send, webUrl),
      },
    }),
    // Who reads the table can't open a link.
    verification: {
      storeIdentifier: { default: "plain", overrides: { [RESET_PREFIX]: "hashed" } },
    },
    advanced: { ipAddress: { trustedProxies: environment.trustedProxies } },
    session: { expiresIn: 30 * DAY, updateAge: DAY },
    rateLimit: {
      storage: "database",
      customRules: {
        "/sign-in/email": { window: MINUTE, max: 20 },
        "/sign-up/email": { window: MINUTE, max: 20 },
        "/change-password": { window: MINUTE, max: 20 },
        "/erase-account": { window: MINUTE, max: 20 },
        "/confirm-password": { window: MINUTE, max: 20 },
        "/sign-out-everywhere": { window: MINUTE, max: 20 },
        "/request-password-reset": { window: MINUTE, max: 5 },
        "/send-verification-email": { window: MINUTE, max: 5 },
        "/confirm-address": { window: MINUTE, max: 20 },
        "/get-session": false,
      },
    },
    // Only this server requests login tokens, so that no script in a page ever holds one; and an address is
    // confirmed by its link and the password.
    disabledPaths: ["/token", "/verify-email"],
    hooks: { before: beforeRegistration, after: afterRegistration },
    // What fails in an outage of the database is answered, and logged, by who called this.
    onAPIError: { errorURL: "/oauth-error", throw: true },
    logger: {
      log: (level, message, ...details) => {
        if (pool.failedSince(Date.now() - OUTAGE_MS)) databaseOutages.note(details[0] ?? message);
        else if (level === "error") console.error(`[Better Auth] ${message}`, ...details);
        else console.warn(`[Better Auth] ${message}`, ...details);
      },
    },
    telemetry: { enabled: false },
    plugins: [
      jwt(login),
      recentLogin,
      erasure(environment.apiUrl, login),
      revocation(environment.apiUrl, login),
      passwordReset(webUrl, backoff, environment.secrets, smtp !== null),
      addressConfirmation(backoff, environment.secrets),
      backoff.plugin(),
      commonPasswords,
      refreshScope,
      clientExpiry(pool, environment.clientDays),
      mcp({
        loginPage: "/login",
        consentPage: "/consent",
        resource: environment.mcpUrl,
        scopes: [...Object.keys(SCOPES), REFRESH],
        grantTypes: [...GRANT_TYPES],
        accessTokenExpiresIn: 10 * MINUTE,
        customAccessTokenClaims: () => ({ iat_ms: issuedNow().iat_ms }),
        rateLimit: { register: { window: 10 * MINUTE, max: 20 } },
        extensions: [{ clientDiscovery: clientDocuments(fetchPublic) }],
        allowDynamicClientRegistration: true,
        allowUnauthenticatedClientRegistration: true,
        // Users connect assistants; nobody manages clients or resources through this API.
        clientPrivileges: () => false,
        resourcePrivileges: () => false,
      }),
    ],
  } satisfies BetterAuthOptions;
}

import { BffUnreachable, fetchApp } from "@/lib/bff";
import { ensureTimezone } from "@/lib/timezone";

/** The account request was refused: `code` is stable, `message` is for people. */
export class AccountError extends Error {
  override readonly name = "AccountError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const MESSAGES: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: "E-mail or password is wrong.",
  INVALID_TOKEN: "This link has expired or was used before.",
  INVALID_PASSWORD: "The password is wrong.",
  NOT_ERASED: "Your tasks could not be deleted, so your account was kept. Try again later.",
  NOT_REVOKED: "Other devices and assistants may have access for some more minutes. Try again.",
  EMAIL_NOT_VERIFIED: "Confirm your address first: a message with a link is on its way to it.",
  INVALID_EMAIL: "This is not an e-mail address.",
  VERIFICATION_EMAIL_NOT_ENABLED: "This installation sends no e-mail.",
  PASSWORD_TOO_SHORT: "The password needs at least 8 characters.",
  PASSWORD_TOO_LONG: "The password can have at most 128 characters.",
  PASSWORD_TOO_COMMON: "This password is easy to guess. Choose another one.",
  USER_ALREADY_EXISTS: "There is already an account with this e-mail.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "There is already an account with this e-mail.",
  RATE_LIMITED: "Too many attempts. Wait a minute, then try again.",
};

/** Where the link of a confirmation leads that was requested in the settings. */
const VERIFIED_PATH = "/settings?verified=email";

const TIMEZONE_TIMEOUT_MS = 3000;

type AuthResponse = { redirect?: boolean; url?: string; email?: string; token?: string | null };

/** Sign in, and return the address of the next page. */
export function signIn(email: string, password: string): Promise<string> {
  return authenticate("/sign-in/email", { email, password });
}

/**
 * Create an account, and return the address of the next page; null where a link was mailed to the address
 * first, or word that it has an account already: nothing here tells which.
 */
export async function signUp(
  name: string,
  email: string,
  password: string,
): Promise<string | null> {
  const query = oauthQuery();
  const body = { name, email, password, callbackURL: afterConfirmation(query) };
  const response = await post("/sign-up/email", query ? { ...body, oauth_query: query } : body);
  if (!response.redirect && response.token === null) return null;
  // The next page may be the consent page, which sets no time zone. If this fails, the app's pages do it.
  await ensureTimezone(AbortSignal.timeout(TIMEZONE_TIMEOUT_MS)).catch(() => undefined);
  return response.redirect && response.url ? response.url : nextPath(window.location.search);
}

/** Return the path that a link of the sign-up leads to: the assistant's request again, if one interrupted it. */
function afterConfirmation(query: string | undefined): string {
  if (query === undefined) return nextPath(window.location.search);
  const request = new URLSearchParams(query);
  for (const name of ["sig", "exp", "ba_iat", "ba_param"]) request.delete(name);
  return `/api/auth/oauth2/authorize?${request}`;
}

export async function signOut(): Promise<void> {
  await post("/sign-out", {});
}

export async function rename(name: string): Promise<void> {
  await post("/update-user", { name });
}

/** Change the password, which ends all sessions but this one. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await post("/change-password", { currentPassword, newPassword, revokeOtherSessions: true });
}

/** End all other sessions; with `everything`, assistants, access tokens and the calendar feed too. */
export async function signOutEverywhere(everything: boolean): Promise<void> {
  await post("/sign-out-everywhere", { everything });
}

/** Confirm the password, which counts as a login. */
export async function confirmPassword(password: string): Promise<void> {
  await post("/confirm-password", { password });
}

/** Request a message with a link to a new password; nothing tells whether there is such an account. */
export async function requestPasswordReset(email: string): Promise<void> {
  await post("/request-password-reset", { email });
}

/** Request a message with a link that shows that the address is the user's; it leads back to the settings. */
export async function requestVerification(email: string): Promise<void> {
  await post("/send-verification-email", { email, callbackURL: VERIFIED_PATH });
}

/** Return the e-mail of the account that the link with this secret is for. */
export async function checkResetLink(token: string): Promise<string> {
  return (await post("/password-reset/check", { token })).email ?? "";
}

/** Set a new password by the secret of a link, which ends all sessions. */
export async function resetPassword(token: string, newPassword: string): Promise<void> {
  await post("/reset-password", { token, newPassword });
}

/** Delete the account and all of its data, which ends the session. */
export async function eraseAccount(password: string): Promise<void> {
  await post("/erase-account", { password });
}

/** Revoke an assistant's access. Throws as `bff` does. */
export async function disconnectAssistant(clientId: string): Promise<void> {
  await fetchApp(`/account/assistants/${encodeURIComponent(clientId)}`, { method: "DELETE" });
}

/** Allow or deny an assistant's access, and return the address to go to. */
export async function consent(accept: boolean): Promise<string> {
  const { url } = await post("/oauth2/consent", { accept, oauth_query: oauthQuery() });
  if (!url) throw new AccountError("NO_REDIRECT", "The assistant gave no address to return to.");
  return url;
}

async function authenticate(path: string, body: object): Promise<string> {
  const query = oauthQuery();
  const response = await post(path, query ? { ...body, oauth_query: query } : body);
  if (response.redirect && response.url) return response.url;
  return nextPath(window.location.search);
}

/** Return the path in `next`, or the chat; never an address of another site. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "";
  const { origin } = window.location;
  // Parsed as the browser parses it, which ignores control characters between two slashes.
  const target = next.startsWith("/") && URL.canParse(next, origin) && new URL(next, origin);
  return target && target.origin === origin ? next : "/chat";
}

/** Return the signed authorization request that this page interrupts, if there is one. */
function oauthQuery(): string | undefined {
  const search = window.location.search.slice(1);
  return new URLSearchParams(search).has("sig") ? search : undefined;
}

/** Send a request to the authentication of this app; throws an `AccountError` where it is refused. */
export async function post(path: string, body: object): Promise<AuthResponse> {
  const response = await fetch(`/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new BffUnreachable({ cause });
  });
  const result = (await response.json().catch(() => ({}))) as AuthResponse & { code?: string };
  if (response.ok) return result;
  const code = response.status === 429 ? "RATE_LIMITED" : (result.code ?? "UNEXPECTED");
  const minutes = Math.ceil(Number(response.headers.get("retry-after")) / 60);
  if (minutes > 1) throw new AccountError(code, `Too many attempts. Wait ${minutes} minutes.`);
  throw new AccountError(code, MESSAGES[code] ?? "That did not work. Try again.");
}

import { BffUnreachable, ours } from "@/lib/bff";
import { settledZone } from "@/lib/zone";

/** The account can't be used so: `code` is stable, `message` a sentence for people. */
export class AccountError extends Error {
  override readonly name = "AccountError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const SENTENCES: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: "E-mail or password is wrong.",
  INVALID_PASSWORD: "The password is wrong.",
  NOT_ERASED:
    "Your tasks can’t be deleted just now, so your account is still there. Try again later.",
  INVALID_EMAIL: "This is no e-mail address.",
  PASSWORD_TOO_SHORT: "The password needs at least 8 characters.",
  PASSWORD_TOO_LONG: "The password can have 128 characters at most.",
  USER_ALREADY_EXISTS: "There is an account with this e-mail already.",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "There is an account with this e-mail already.",
  RATE_LIMITED: "That were too many tries. Wait a minute, then try again.",
};

const ZONE_MS = 3000;

type Answer = { redirect?: boolean; url?: string };

/** Sign in, and return where to go on. */
export function signIn(email: string, password: string): Promise<string> {
  return entered("/sign-in/email", { email, password });
}

/** Make an account, and return where to go on. */
export async function signUp(name: string, email: string, password: string): Promise<string> {
  const next = await entered("/sign-up/email", { name, email, password });
  // The next page may be an assistant's question. Where it fails, pages of the app do it later.
  await settledZone(AbortSignal.timeout(ZONE_MS)).catch(() => undefined);
  return next;
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

/** Delete the account and all that is kept of it, which ends the session. */
export async function eraseAccount(password: string): Promise<void> {
  await post("/erase-account", { password });
}

/** Take an assistant's access back; throws as `bff` does. */
export async function disconnectAssistant(clientId: string): Promise<void> {
  await ours(`/account/assistants/${encodeURIComponent(clientId)}`, { method: "DELETE" });
}

/** Answer an assistant's question for access, and return where to go on. */
export async function consent(accept: boolean): Promise<string> {
  const { url } = await post("/oauth2/consent", { accept, oauth_query: oauthQuery() });
  if (!url) throw new AccountError("NO_REDIRECT", "The assistant gave no address to go back to.");
  return url;
}

async function entered(path: string, body: object): Promise<string> {
  const query = oauthQuery();
  const answer = await post(path, query ? { ...body, oauth_query: query } : body);
  if (answer.redirect && answer.url) return answer.url;
  return nextPath(window.location.search);
}

/** Return the path that a page asked to come back to; never one of another site. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "";
  const { origin } = window.location;
  // Read as the browser will read it, which overlooks what stands between two slashes.
  const here = next.startsWith("/") && URL.canParse(next, origin) && new URL(next, origin);
  return here && here.origin === origin ? next : "/chat";
}

/** The signed request of an assistant that waits behind this page, if one does. */
function oauthQuery(): string | undefined {
  const search = window.location.search.slice(1);
  return new URLSearchParams(search).has("sig") ? search : undefined;
}

async function post(path: string, body: object): Promise<Answer> {
  const response = await fetch(`/api/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new BffUnreachable({ cause });
  });
  const answer = (await response.json().catch(() => ({}))) as Answer & { code?: string };
  if (response.ok) return answer;
  const code = response.status === 429 ? "RATE_LIMITED" : (answer.code ?? "UNEXPECTED");
  throw new AccountError(code, SENTENCES[code] ?? "That did not work. Try again.");
}

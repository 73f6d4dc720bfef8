import { auth } from "@/lib/auth";

/** Who is signed in, as the API wants to hear it. */
export type Caller = { userId: string; token: string };

const SPARE_SECONDS = 60;
const MOST = 10_000;

type Kept = { token: string; until: number };

const kept = new Map<string, Kept>();

/** Return the caller's id and login token for the API, or null for who is signed out. */
export async function callerOf(headers: Headers): Promise<Caller | null> {
  const session = await auth().api.getSession({ headers });
  if (!session) return null;
  const known = kept.get(session.session.id);
  if (known && known.until > Date.now()) return { userId: session.user.id, token: known.token };
  const { token } = await auth().api.getToken({ headers });
  keep(session.session.id, { token, until: expiryOf(token) - SPARE_SECONDS * 1000 });
  return { userId: session.user.id, token };
}

function keep(sessionId: string, value: Kept): void {
  kept.delete(sessionId);
  kept.set(sessionId, value);
  const oldest = kept.size > MOST ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
}

/** Return when a token ends, in milliseconds since 1970. */
export function expiryOf(token: string): number {
  const payload = token.split(".")[1] ?? "";
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
  return claims.exp * 1000;
}

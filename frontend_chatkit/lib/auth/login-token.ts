import { auth } from "@/lib/auth";
import { resignCookies } from "@/lib/auth/secret-ring";
import { TokenCache } from "@/lib/auth/token-cache";
import { environment } from "@/lib/environment";

/** The signed-in user, as the API authenticates them. */
export type Caller = { userId: string; token: string };

const tokens = new TokenCache();

/** Return the caller's id and login token for the API, or null for who is signed out. */
export async function callerOf(received: Headers): Promise<Caller | null> {
  const headers = resignCookies(received, environment().secrets);
  const signedIn = await auth().api.getSession({ headers });
  if (!signedIn) return null;
  const mint = async () => (await auth().api.getToken({ headers })).token;
  const { user, session } = signedIn;
  // The token says when the password was typed and whether the address is verified: one from before that is
  // of no use after it. One from before a revocation is refused, which changes the user's time as well.
  const times = [session.createdAt, user.updatedAt].map((time) => time.getTime());
  const key = [session.id, user.emailVerified, ...times].join(" ");
  return { userId: user.id, token: await tokens.get(key, mint) };
}

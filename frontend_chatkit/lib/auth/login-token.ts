import { auth } from "@/lib/auth";
import { KeptTokens } from "@/lib/auth/kept-tokens";

/** Who is signed in, as the API wants to hear it. */
export type Caller = { userId: string; token: string };

const tokens = new KeptTokens();

/** Return the caller's id and login token for the API, or null for who is signed out. */
export async function callerOf(headers: Headers): Promise<Caller | null> {
  const signedIn = await auth().api.getSession({ headers });
  if (!signedIn) return null;
  const mint = async () => (await auth().api.getToken({ headers })).token;
  return { userId: signedIn.user.id, token: await tokens.of(signedIn.session.id, mint) };
}

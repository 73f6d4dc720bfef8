import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { auth } from "@/lib/auth";
import { callerOf } from "@/lib/auth/login-token";
import { environment } from "@/lib/environment";
import { PATH_HEADER } from "@/lib/path-header";
import type { User } from "@/lib/user";

const PATIENCE_MS = 1500;

/** Return who is signed in, or null. */
export const currentSession = cache(async () =>
  auth().api.getSession({ headers: await headers() }),
);

/** Return who is signed in, or send the browser to the login page. */
export const requireUser = cache(async (): Promise<User> => {
  const session = await currentSession();
  if (!session) {
    const path = (await headers()).get(PATH_HEADER) ?? "/chat";
    redirect(`/login?next=${encodeURIComponent(path)}`);
  }
  const { id, name, email } = session.user;
  return { id, name, email, timezone: await timezone() };
});

/** Ask the API for the user's zone; null until it is chosen, and while the API is away. */
async function timezone(): Promise<string | null> {
  try {
    const caller = await callerOf(await headers());
    if (!caller) return null;
    const url = `${environment().apiUrl}/api/${encodeURIComponent(caller.userId)}/settings`;
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${caller.token}` },
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const settings = answer.ok ? ((await answer.json()) as { timezone: string | null }) : null;
    return settings?.timezone ?? null;
  } catch {
    return null;
  }
}

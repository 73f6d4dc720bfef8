import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { auth } from "@/lib/auth";
import { callerOf } from "@/lib/auth/login-token";
import { resignCookies } from "@/lib/auth/secret-ring";
import { environment } from "@/lib/environment";
import { PATH_HEADER } from "@/lib/page-headers";
import type { User } from "@/lib/user";

const TIMEOUT_MS = 1500;

/** Return the current session, or null. */
export const currentSession = cache(async () =>
  auth().api.getSession({ headers: resignCookies(await headers(), environment().secrets) }),
);

/** Return the signed-in user, or redirect to the login page. */
export const requireUser = cache(async (): Promise<User> => {
  const session = await currentSession();
  if (!session) {
    const path = (await headers()).get(PATH_HEADER) ?? "/chat";
    redirect(`/login?next=${encodeURIComponent(path)}`);
  }
  const { id, name, email } = session.user;
  return { id, name, email, timezone: await timezone() };
});

/** Read the user's time zone from the API; null until it is chosen, and while the API is unreachable. */
async function timezone(): Promise<string | null> {
  try {
    const caller = await callerOf(await headers());
    if (!caller) return null;
    const url = `${environment().apiUrl}/api/${encodeURIComponent(caller.userId)}/settings`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${caller.token}` },
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const settings = response.ok ? ((await response.json()) as { timezone: string | null }) : null;
    return settings?.timezone ?? null;
  } catch {
    return null;
  }
}

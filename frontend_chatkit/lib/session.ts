import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { auth } from "@/lib/auth";
import type { User } from "@/lib/user";

/** Return who is signed in, or send the browser to the login page. */
export async function requireUser(): Promise<User> {
  const session = await auth().api.getSession({ headers: await headers() });
  if (!session) redirect("/login");
  const { id, name, email } = session.user;
  return { id, name, email, timezone: null };
}

import { isReady, unavailable } from "@/lib/auth/readiness";

// Each request asks anew.
export const dynamic = "force-dynamic";

/** Whether people can sign in: the database answers, accepts writes and has the tables. */
export async function GET() {
  if (!(await isReady())) return unavailable();
  return Response.json({ status: "ready" }, { headers: { "cache-control": "no-store" } });
}

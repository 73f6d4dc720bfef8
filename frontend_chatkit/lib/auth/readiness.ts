import { pool } from "@/lib/auth";
import { SCHEMA } from "@/lib/auth/database";
import { databaseOutages } from "@/lib/outage-log";

const STATE = `
  select not pg_is_in_recovery() and not current_setting('transaction_read_only')::bool
    and to_regclass('${SCHEMA}.user') is not null as ready`;
const RETRY_SECONDS = 2;

/** Return whether the database answers, accepts writes and has the tables. */
export async function isReady(): Promise<boolean> {
  try {
    const { rows } = await pool().query<{ ready: boolean }>(STATE);
    return rows[0]?.ready === true;
  } catch {
    return false;
  }
}

/** Build the answer while the database can't serve. */
export function unavailable(): Response {
  return Response.json(
    { status: "unavailable", code: "database_unavailable" },
    { status: 503, headers: { "cache-control": "no-store", "retry-after": `${RETRY_SECONDS}` } },
  );
}

/** Answer a request; a fault while the database can't serve is no fault of ours. */
export async function refusingInOutages(answer: () => Promise<Response>): Promise<Response> {
  const began = Date.now();
  try {
    const response = await answer();
    return response.status === 500 && (await isOutage(began)) ? unavailable() : response;
  } catch (error) {
    if (!(await isOutage(began))) throw error;
    databaseOutages.note(error);
    return unavailable();
  }
}

async function isOutage(since: number): Promise<boolean> {
  return pool().failedSince(since) || !(await isReady());
}

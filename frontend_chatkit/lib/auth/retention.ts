import { setTimeout as sleep } from "node:timers/promises";
import { EXPIRE_CLIENTS } from "@/lib/auth/client-expiry";
import { SCHEMA } from "@/lib/auth/database";
import type { DatabasePool } from "@/lib/auth/pool";

const HOUR_MS = 3_600_000;
const RETRY_MS = 10_000;
const PORTION = 1000;
// Any number that nothing else in the database locks.
const LOCK = 7_236_148_205_118;
const EXPIRING = ["session", "verification", "oauthRefreshToken", "oauthAccessToken"];

/** Return the statement that deletes some of the rows that are over. */
function deletion(table: string, over: string): string {
  const name = `${SCHEMA}."${table}"`;
  return `delete from ${name} where id in (select id from ${name} where ${over} limit ${PORTION})`;
}

const DELETIONS = [
  ...EXPIRING.map((table) => deletion(table, `"expiresAt" < now()`)),
  // The longest window of a limit is ten minutes.
  deletion("rateLimit", `"lastRequest" < extract(epoch from now() - interval '1 day') * 1000`),
];

/** Delete expired sessions, links and tokens, and unused clients, hourly; one process at a time does. */
export async function keepDeleting(pool: DatabasePool, clientDays: number): Promise<never> {
  for (;;) {
    await sleep((await deleted(pool, clientDays)) ? HOUR_MS : RETRY_MS, null, { ref: false });
  }
}

/** Return whether it could be done, which it can't while the database is away. */
async function deleted(pool: DatabasePool, clientDays: number): Promise<boolean> {
  try {
    await deleteExpired(pool, clientDays);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    console.warn(`What has expired could not be deleted; it is tried again: ${reason}`);
    return false;
  }
}

async function deleteExpired(pool: DatabasePool, clientDays: number): Promise<void> {
  for (const statement of DELETIONS) {
    let deleted = PORTION;
    while (deleted === PORTION) deleted = await deleteAlone(pool, statement);
  }
  await deleteAlone(pool, EXPIRE_CLIENTS, [clientDays]);
}

/** Return how many rows a statement deletes, none while another process is at it. */
async function deleteAlone(
  pool: DatabasePool,
  statement: string,
  values: unknown[] = [],
): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    // The lock ends with the transaction, so that it works through poolers.
    const { rows } = await client.query<{ alone: boolean }>(
      "select pg_try_advisory_xact_lock($1) as alone",
      [LOCK],
    );
    const deleted = rows[0]?.alone ? (await client.query(statement, values)).rowCount : 0;
    await client.query("commit");
    client.release();
    return deleted ?? 0;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

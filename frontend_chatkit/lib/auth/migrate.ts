import type { BetterAuthOptions } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import type { PoolClient } from "pg";
import { SCHEMA } from "@/lib/auth/database";
import { authOptions } from "@/lib/auth/options";
import { DatabasePool } from "@/lib/auth/pool";
import { environment } from "@/lib/environment";

// Any number that nothing else in the database locks.
const LOCK = 7_236_148_205_117;
// A process that waits for another one to migrate waits for one statement.
const MIGRATION_SECONDS = 60;
const CREATE_SCHEMA = `create schema if not exists "${SCHEMA}";`;

/** Create the missing tables. Where several processes start at once, one of them does it. */
async function migrate(): Promise<void> {
  const known = environment();
  const pool = new DatabasePool(known.databaseUrl, MIGRATION_SECONDS);
  try {
    const client = await pool.connect();
    try {
      await createTables(client, authOptions(known, pool));
    } finally {
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

async function createTables(client: PoolClient, options: BetterAuthOptions): Promise<void> {
  await client.query("begin");
  // Held by the transaction, so that it works through poolers and never outlives this process.
  await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
  const plan = await getMigrations(options);
  if (plan.toBeCreated.length || plan.toBeAdded.length || plan.toBeAddedIndexes.length) {
    await ensureSchema(client);
    await client.query((await plan.compileMigrations()).replace(CREATE_SCHEMA, ""));
  }
  await client.query("commit");
}

/** Create the schema if it is missing: to ask for one that exists needs the right to create one. */
async function ensureSchema(client: PoolClient): Promise<void> {
  const { rowCount } = await client.query("select from pg_namespace where nspname = $1", [SCHEMA]);
  if (!rowCount) await client.query(`create schema "${SCHEMA}"`);
}

/** Bring the tables up to date, or end this process with one line that says why not. */
export async function migrateOrExit(): Promise<void> {
  try {
    await migrate();
  } catch (error) {
    console.error(`The web app can't start: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}

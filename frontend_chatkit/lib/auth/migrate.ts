import { getMigrations } from "better-auth/db/migration";
import { Client, Pool } from "pg";
import { connection } from "@/lib/auth/database";
import { authOptions } from "@/lib/auth/options";
import { environment } from "@/lib/environment";

// Any number that nothing else in the database locks.
const LOCK = 7_236_148_205_117;

/** Create the missing tables. Where several processes start at once, one of them does it. */
async function migrate(): Promise<void> {
  const known = environment();
  const client = new Client(connection(known.databaseUrl));
  const reading = new Pool({ ...connection(known.databaseUrl), max: 1 });
  await client.connect();
  try {
    await client.query("begin");
    // Held by the transaction, so that it works through poolers and never outlives this process.
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const plan = await getMigrations(authOptions(known, reading));
    if (plan.toBeCreated.length || plan.toBeAdded.length || plan.toBeAddedIndexes.length) {
      await client.query(await plan.compileMigrations());
    }
    await client.query("commit");
  } finally {
    await Promise.all([client.end(), reading.end()]);
  }
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

import { getMigrations } from "better-auth/db/migration";
import { Client, Pool } from "pg";
import { connection } from "@/lib/auth/database";
import { authOptions } from "@/lib/auth/options";
import { environment } from "@/lib/environment";

// Any number that nothing else in the database locks.
const LOCK = 7_236_148_205_117;

/** Make the tables that are missing. Several processes may start at once: one of them does it. */
export async function migrate(): Promise<void> {
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

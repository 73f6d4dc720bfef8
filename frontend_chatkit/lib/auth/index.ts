import { betterAuth } from "better-auth";
import { Pool } from "pg";
import { connection } from "@/lib/auth/database";
import { authOptions } from "@/lib/auth/options";
import { environment } from "@/lib/environment";

const CONNECTIONS = 5;
// Serverless Postgres suspends after five idle minutes and drops what was open.
const IDLE_MS = 60_000;

function build() {
  const settings = environment();
  const pool = new Pool({
    ...connection(settings.databaseUrl),
    max: CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
  });
  pool.on("error", (error) => console.warn(`An idle connection was lost: ${error.message}`));
  return betterAuth(authOptions(settings, pool));
}

let built: ReturnType<typeof build> | undefined;

/** Return the authentication of this process, built on first use. */
export function auth() {
  built ??= build();
  return built;
}

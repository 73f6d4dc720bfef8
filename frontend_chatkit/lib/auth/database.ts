import type { ClientConfig } from "pg";

/** The Postgres schema of the tables of users, sessions and OAuth clients. */
export const SCHEMA = "auth";

const SCHEME = /^postgres(ql)?(\+asyncpg)?:/;
const CONNECT_MS = 5000;
const APP_NAME = ["pgbouncer", "connect_timeout"];
const VERIFIED = "verify-full";

/**
 * Read a Postgres URL as libpq does, never with weaker TLS. The driver has neither `channel_binding`
 * nor `sslrootcert=system`: a URL that asks for one gets a verified certificate and host name.
 */
export function connection(databaseUrl: string): ClientConfig {
  // The URL of a socket has no host, which the URL class refuses: only the query is taken apart.
  const [address = "", search = ""] = databaseUrl.replace(SCHEME, "postgresql:").split("?", 2);
  const query = new URLSearchParams(search);
  for (const name of APP_NAME) query.delete(name);
  const bound = query.get("channel_binding") === "require";
  query.delete("channel_binding");
  const system = query.get("sslrootcert") === "system";
  if (system) query.delete("sslrootcert");
  if (bound || system) query.set("sslmode", VERIFIED);
  if (query.has("sslmode") && query.get("sslmode") !== VERIFIED) {
    query.set("uselibpqcompat", "true");
  }
  return {
    connectionString: query.size ? `${address}?${query}` : address,
    connectionTimeoutMillis: CONNECT_MS,
  };
}

import type { ClientConfig } from "pg";

/** The Postgres schema of the tables of users, sessions and OAuth clients. */
export const SCHEMA = "auth";

const SCHEME = /^postgres(ql)?(\+asyncpg)?:/;
const CONNECT_MS = 5000;
const APP_NAME = ["pgbouncer", "connect_timeout", "target_session_attrs"];
const VERIFIED = "verify-full";
const POOLER = /-pooler\.|[?&]pgbouncer=true/;
const AUTHORITY = /^([^/]*\/\/(?:[^@/]*@)?)([^/?]*)(.*)$/;

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

/** Return whether a URL names a transaction pooler: Neon's, or `?pgbouncer=true`. */
export function namesPooler(databaseUrl: string): boolean {
  return POOLER.test(databaseUrl);
}

/**
 * Return how to connect to each host of a URL. Postgres limits what a session may take; a pooler lets
 * no session set that.
 */
export function connections(
  databaseUrl: string,
  seconds: number,
  pooled = namesPooler(databaseUrl),
): ClientConfig[] {
  const milliseconds = seconds * 1000;
  const limits = pooled
    ? {}
    : {
        statement_timeout: Math.floor((milliseconds * 7) / 8),
        idle_in_transaction_session_timeout: milliseconds,
      };
  return eachHost(databaseUrl).map((url) => ({ ...connection(url), ...limits, keepAlive: true }));
}

function eachHost(databaseUrl: string): string[] {
  const [, before = "", hosts = "", after = ""] = AUTHORITY.exec(databaseUrl) ?? [];
  return hosts.split(",").map((host) => `${before}${host}${after}`);
}

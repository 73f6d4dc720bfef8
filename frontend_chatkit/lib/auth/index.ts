import { betterAuth } from "better-auth";
import { authOptions } from "@/lib/auth/options";
import { DatabasePool } from "@/lib/auth/pool";
import { environment } from "@/lib/environment";

let connected: DatabasePool | undefined;

/** Return the connections of this process, built on first use. */
export function pool(): DatabasePool {
  const { databaseUrl, databaseTimeout } = environment();
  connected ??= new DatabasePool(databaseUrl, databaseTimeout);
  return connected;
}

function build() {
  return betterAuth(authOptions(environment(), pool()));
}

let built: ReturnType<typeof build> | undefined;

/** Return the authentication of this process, built on first use. */
export function auth() {
  built ??= build();
  return built;
}

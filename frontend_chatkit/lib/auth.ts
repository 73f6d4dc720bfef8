import { betterAuth } from "better-auth";
import { Pool } from "pg";
import { environment } from "@/lib/environment";

function build() {
  const { databaseUrl, secret, webUrl } = environment();
  return betterAuth({
    baseURL: webUrl,
    secret,
    database: new Pool({ connectionString: databaseUrl, options: "-c search_path=auth" }),
    emailAndPassword: { enabled: true },
  });
}

let built: ReturnType<typeof build> | undefined;

/** Return the authentication of this process, made when it is first asked for. */
export function auth() {
  built ??= build();
  return built;
}

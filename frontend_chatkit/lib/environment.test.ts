import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { connection, connections } from "@/lib/auth/database";
import { read, trustedOrigins } from "@/lib/environment";
import { contentSecurityPolicy } from "@/lib/page-headers";

const NEEDED = {
  DATABASE_URL: "postgresql://db/todo",
  BETTER_AUTH_SECRET: "a secret of more than 32 characters",
};

describe("FR-WEB-032: the environment", () => {
  it("works out what is not set", () => {
    expect(read({ ...NEEDED, WEB_PORT: "3333", API_URL: "http://api:8000/" })).toMatchObject({
      webUrl: "http://localhost:3333",
      apiUrl: "http://api:8000",
      apiAudience: "http://api:8000",
      hostedChat: null,
      clientDays: 30,
    });
    expect(read({ ...NEEDED, OAUTH_CLIENT_DAYS: "7" }).clientDays).toBe(7);
  });

  it.each(Object.keys(NEEDED))("names %s if that is missing", (name) => {
    expect(() => read({ ...NEEDED, [name]: "" })).toThrow(`${name} is not set.`);
  });

  it.each([
    ["BETTER_AUTH_SECRET", "Zq9hunter2"],
    ["BETTER_AUTH_SECRET", "a secret of more than 32 characters,Zq9hunter2"],
    ["SMTP_URL", "smtp://me:Zq9hunter2@"],
    ["SMTP_URL", "smtp://me:Zq9hunter2/x@mail.example"],
    ["SMTP_URL", "Zq9hunter2"],
  ])("refuses a bad %s without showing it", (name, value) => {
    expect(() => read({ ...NEEDED, [name]: value })).toThrow(new RegExp(`^(?!.*Zq9).*${name}`));
  });

  it("knows all names of this machine for itself, and one of any other", () => {
    expect(trustedOrigins("http://localhost:3000")).toEqual([
      "http://localhost:3000",
      "http://127.0.0.1:3000",
      "http://[::1]:3000",
    ]);
    expect(trustedOrigins("https://todo.example")).toEqual(["https://todo.example"]);
  });
});

describe("FR-RUN-029: secrets in files", () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));

  function file(name: string, content: string): string {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }

  it("are read where the variable itself is not set", () => {
    const found = read({
      DATABASE_URL_FILE: file("url", "postgresql://db/of-the-file\n"),
      BETTER_AUTH_SECRET_FILE: file("secret", "another secret of more than 32 characters\n"),
      BETTER_AUTH_SECRET: NEEDED.BETTER_AUTH_SECRET,
      SMTP_URL_FILE: file("smtp", "smtp://127.0.0.1:25?from=todo@example.com"),
    });
    expect(found.databaseUrl).toBe("postgresql://db/of-the-file");
    expect(found.secrets).toEqual(read(NEEDED).secrets);
    expect(found.smtp?.host).toBe("127.0.0.1");
  });

  it("are missing if their file is empty, and named if it can't be read", () => {
    const empty = { ...NEEDED, DATABASE_URL: "", DATABASE_URL_FILE: file("empty", "\n") };
    expect(() => read(empty)).toThrow("DATABASE_URL is not set.");
    const gone = join(folder, "gone");
    const unreadable = { ...NEEDED, SMTP_URL_FILE: gone };
    expect(() => read(unreadable)).toThrow(`SMTP_URL_FILE: ${gone} can't be read (ENOENT).`);
  });
});

describe("FR-RUN-124: the hosts of the database's URL", () => {
  it("has a connection for each, with the limits that Postgres holds", () => {
    const found = connections("postgresql://u:p@one:1,two/db?target_session_attrs=any", 8);
    expect(found.map((one) => one.connectionString)).toEqual([
      "postgresql://u:p@one:1/db",
      "postgresql://u:p@two/db",
    ]);
    expect(found[0]).toMatchObject({
      statement_timeout: 7000,
      idle_in_transaction_session_timeout: 8000,
    });
  });

  it("leaves the limits of a pooler's sessions to the role", () => {
    const [one] = connections("postgresql://u@h/db?pgbouncer=true", 8);
    expect(one).not.toHaveProperty("statement_timeout");
  });

  it("reads the URL of a socket", () => {
    const [one] = connections("postgresql://u@/db?host=/tmp/x&port=5432", 8);
    expect(one?.connectionString).toBe("postgresql://u@/db?host=%2Ftmp%2Fx&port=5432");
  });
});

describe("FR-WEB-003: the database's URL", () => {
  it.each([
    ["postgresql://u:p@h/db", "postgresql://u:p@h/db"],
    ["postgres://u:p@h/db?pgbouncer=true", "postgresql://u:p@h/db"],
    [
      "postgresql+asyncpg://u@/db?host=/tmp/x&port=5432",
      "postgresql://u@/db?host=%2Ftmp%2Fx&port=5432",
    ],
    [
      "postgresql://u:p@ep-1-pooler.neon.tech/db?sslmode=require&channel_binding=require",
      "postgresql://u:p@ep-1-pooler.neon.tech/db?sslmode=verify-full",
    ],
    ["postgresql://h/db?sslrootcert=system", "postgresql://h/db?sslmode=verify-full"],
    ["postgresql://h/db?sslmode=require", "postgresql://h/db?sslmode=require&uselibpqcompat=true"],
  ])("reads %s as libpq does", (given, understood) => {
    expect(connection(given).connectionString).toBe(understood);
  });
});

describe("FR-WEB-020: the policy of a page", () => {
  it("allows nothing of other origins", () => {
    const value = contentSecurityPolicy("n0nce", null);
    expect(value).toContain("script-src 'self' 'nonce-n0nce';");
    expect(value).toContain("frame-src 'none'");
    expect(value).not.toMatch(/https?:|unsafe/);
  });

  it("allows the hosted chat's origin where that is configured", () => {
    const hosted = { domainKey: "key", scriptUrl: "https://cdn.example/a/chatkit.js" };
    const value = contentSecurityPolicy("n0nce", hosted);
    expect(value).toContain("script-src 'self' 'nonce-n0nce' https://cdn.example;");
    expect(value).toContain("frame-src https://cdn.example;");
  });
});

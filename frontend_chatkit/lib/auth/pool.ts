import type { PostgresPool } from "kysely";
import { type Client, type ClientBase, Pool, type PoolClient, type QueryResultRow } from "pg";
import { connections, namesPooler } from "@/lib/auth/database";
import { databaseOutages } from "@/lib/outage-log";

const MOST = 5;
// Serverless Postgres suspends after five idle minutes and drops what was open.
const IDLE_MS = 60_000;
const PING_AFTER_MS = 5000;
const PING_MS = 2000;
const PROTOCOL_VIOLATION = "08P01";
const UNNAMED_POOLER =
  "DATABASE_URL leads to a transaction pooler that it does not name: add ?pgbouncer=true to it.";
const STATE =
  "select pg_is_in_recovery() or current_setting('transaction_read_only')::bool as read_only";

/**
 * Connections to the database. One on which a statement takes longer than `seconds` is closed, and
 * with it all that are as old; of several hosts, the one that accepts writes is used.
 */
export class DatabasePool implements PostgresPool {
  readonly #url: string;
  readonly #seconds: number;
  #pooled: boolean;
  #pools: Pool[];
  readonly #usedAt = new WeakMap<ClientBase, number>();
  #current = 0;
  #silentAt = 0;
  #failedAt = 0;

  constructor(databaseUrl: string, seconds: number) {
    this.#url = databaseUrl;
    this.#seconds = seconds;
    this.#pooled = namesPooler(databaseUrl);
    this.#pools = this.#open();
  }

  async connect(): Promise<PoolClient> {
    let refusal: unknown;
    const pools = this.#pools;
    for (const _ of pools) {
      try {
        return await this.#usable(pools[this.#current] as Pool);
      } catch (error) {
        if (this.#noticesPooler(error, pools)) return await this.connect();
        refusal = error;
        this.#failedAt = Date.now();
        this.#current = (this.#current + 1) % pools.length;
      }
    }
    throw refusal;
  }

  async query<Row extends QueryResultRow>(statement: string, values: unknown[] = []) {
    const client = await this.connect();
    try {
      return await client.query<Row>(statement, values);
    } finally {
      client.release();
    }
  }

  /** Return whether a connection could not be opened, or fell silent, from this time on. */
  failedSince(time: number): boolean {
    return this.#failedAt >= time;
  }

  async end(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }

  /** Return a pool for each host. */
  #open(): Pool[] {
    const addresses = connections(this.#url, this.#seconds, this.#pooled);
    return addresses.map((address) => {
      const pool = new Pool({ ...address, max: MOST, idleTimeoutMillis: IDLE_MS });
      pool.on("error", (error) => databaseOutages.note(error));
      pool.on("connect", (client) => this.#limitQueries(client, this.#seconds * 1000));
      pool.on("release", (_, client) => this.#usedAt.set(client, Date.now()));
      return pool;
    });
  }

  /** Return whether the limits of a session were refused, which a pooler does; then ask for none. */
  #noticesPooler(error: unknown, pools: Pool[]): boolean {
    if ((error as { code?: string }).code !== PROTOCOL_VIOLATION) return false;
    // Of several connections that are opened at once, the first one that is refused notices it.
    if (this.#pooled) return pools !== this.#pools;
    this.#pooled = true;
    this.#pools = this.#open();
    console.warn(UNNAMED_POOLER);
    return true;
  }

  /** Return a connection that was used just now, or that answers. */
  async #usable(pool: Pool): Promise<PoolClient> {
    const client = await pool.connect();
    const last = this.#usedAt.get(client);
    if (last !== undefined && last > this.#silentAt && Date.now() - last < PING_AFTER_MS) {
      return client;
    }
    // What is as old as a connection that fell silent is not even asked.
    if ((last === undefined || last > this.#silentAt) && (await this.#answers(client))) {
      return client;
    }
    client.release(true);
    if (last === undefined) throw new Error("The database accepts no writes, or does not answer.");
    return await this.#usable(pool);
  }

  async #answers(client: PoolClient): Promise<boolean> {
    const timer = setTimeout(() => this.#giveUp(client), PING_MS);
    try {
      const { rows } = await client.query<{ read_only: boolean }>(STATE);
      return this.#pools.length === 1 || rows[0]?.read_only === false;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Close a connection when one of its queries is not answered in time. */
  #limitQueries(client: ClientBase, milliseconds: number): void {
    const query = client.query.bind(client) as (...values: unknown[]) => unknown;
    const limited = (...values: unknown[]) => {
      const result = query(...values);
      if (result instanceof Promise) {
        const timer = setTimeout(() => this.#giveUp(client), milliseconds);
        const done = () => clearTimeout(timer);
        result.then(done, done);
      }
      return result;
    };
    client.query = limited as typeof client.query;
  }

  #giveUp(client: ClientBase): void {
    this.#silentAt = this.#failedAt = Date.now();
    // While a query runs, the library closes the socket at once, and the query fails.
    void (client as Client).end();
  }
}

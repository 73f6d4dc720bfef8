import { claimsOf } from "@/lib/auth/login-claims";

const SPARE_MS = 60_000;
const MAX_ENTRIES = 10_000;

type Entry = { token: string; until: number };

/** Login tokens by session and what else is in them, each reused until a minute before it expires. */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();

  /** Return the token of a key; `mint` makes one where none is valid any more. */
  async get(key: string, mint: () => Promise<string>): Promise<string> {
    const cached = this.#entries.get(key);
    if (cached && cached.until > Date.now()) return cached.token;
    const token = await mint();
    this.#entries.delete(key);
    this.#entries.set(key, { token, until: claimsOf(token).exp * 1000 - SPARE_MS });
    const oldest = this.#entries.size > MAX_ENTRIES ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    return token;
  }
}

const SPARE_MS = 60_000;
const MOST = 10_000;

type Kept = { token: string; until: number };

/** Login tokens by session, each used until a minute before it ends. */
export class KeptTokens {
  readonly #kept = new Map<string, Kept>();

  /** Return the session's token; `mint` makes one where there is none that is still good. */
  async of(sessionId: string, mint: () => Promise<string>): Promise<string> {
    const known = this.#kept.get(sessionId);
    if (known && known.until > Date.now()) return known.token;
    const token = await mint();
    this.#kept.delete(sessionId);
    this.#kept.set(sessionId, { token, until: expiryOf(token) - SPARE_MS });
    const oldest = this.#kept.size > MOST ? this.#kept.keys().next().value : undefined;
    if (oldest !== undefined) this.#kept.delete(oldest);
    return token;
  }
}

/** Return when a token ends, in milliseconds since 1970. */
function expiryOf(token: string): number {
  const payload = token.split(".")[1] ?? "";
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
  return claims.exp * 1000;
}

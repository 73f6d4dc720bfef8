import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import { createJwk, type Jwk, type JwtOptions } from "better-auth/plugins";
import type { SecretRing } from "@/lib/auth/secret-ring";

type Adapter = NonNullable<JwtOptions["adapter"]>;

/** A key of the database; `opened` if this process can sign with it. */
export type StoredKey = { key: Jwk; opened: boolean };

// Who verifies fetches the key set again within ten seconds of a key that it doesn't know.
const PUBLISHED_FIRST_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;
const REPLACED_AFTER_MS = 90 * DAY_MS;
// Far longer than anything that a key signs is valid.
const PUBLISHED_AFTER_MS = 2 * DAY_MS;

/**
 * The keys of login tokens and access tokens: all are published, and one signs, which this process can open.
 *
 * A new key is published for a minute before it signs, and one is made every 90 days. A key that no secret of
 * this process opens stays published for what it signed; if there is no other, the library makes one.
 */
export function signingKeys(secrets: SecretRing): Adapter {
  return {
    getJwks: async (context) => {
      const { adapter } = context.context;
      const stored = async () => {
        const rows = await adapter.findMany<Jwk>({ model: "jwks" });
        return Promise.all(rows.map((row) => open(row, secrets)));
      };
      const now = Date.now();
      const found = await stored();
      if (!isDue(found, now)) return inUse(found, now);
      await createJwk(context);
      return inUse(await stored(), now);
    },
  };
}

/** Whether the newest key that can sign is so old that it is to be replaced. */
export function isDue(stored: readonly StoredKey[], now: number): boolean {
  const newest = Math.max(...stored.filter((one) => one.opened).map(({ key }) => +key.createdAt));
  return Number.isFinite(newest) && newest < now - REPLACED_AFTER_MS;
}

/** Return the keys to publish: all but the one that signs count as expired, which the library never uses. */
export function inUse(stored: readonly StoredKey[], now: number): Jwk[] {
  const oldestFirst = [...stored].sort((a, b) => +a.key.createdAt - +b.key.createdAt);
  const own = oldestFirst.filter((one) => one.opened);
  const ready = own.filter(({ key }) => +key.createdAt <= now - PUBLISHED_FIRST_MS);
  const signing = ready.at(-1) ?? own[0];
  return oldestFirst.flatMap((one): Jwk[] => {
    if (one === signing) return [{ ...one.key, expiresAt: undefined }];
    const replacedAt = +(signing?.key.createdAt ?? now);
    const isOver =
      replacedAt > +one.key.createdAt && now > replacedAt + PUBLISHED_FIRST_MS + PUBLISHED_AFTER_MS;
    return isOver ? [] : [{ ...one.key, expiresAt: new Date(now - 1) }];
  });
}

/** Open a key with any secret of the ring; it is sealed with the first again, as the library expects. */
async function open(key: Jwk, secrets: SecretRing): Promise<StoredKey> {
  for (const secret of secrets) {
    try {
      const opened = await symmetricDecrypt({ key: secret, data: JSON.parse(key.privateKey) });
      const sealed = await symmetricEncrypt({ key: secrets[0], data: opened });
      return { key: { ...key, privateKey: JSON.stringify(sealed) }, opened: true };
    } catch {
      // Another secret sealed it.
    }
  }
  return { key, opened: false };
}

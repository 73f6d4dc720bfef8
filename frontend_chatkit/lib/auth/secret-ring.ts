import { createHmac, timingSafeEqual } from "node:crypto";

/** The secrets of this app: the first signs, and what the others signed is accepted too. */
export type SecretRing = readonly [string, ...string[]];

const MIN_LENGTH = 32;

/** Read comma-separated secrets. Throws an Error that shows none of them. */
export function readSecretRing(name: string, value: string): SecretRing {
  const secrets = value.split(",").map((secret) => secret.trim());
  if (secrets.some((secret) => secret.length < MIN_LENGTH)) {
    throw new Error(`${name}: each secret needs at least ${MIN_LENGTH} characters.`);
  }
  return secrets as unknown as SecretRing;
}

/**
 * Return the headers with each cookie that another secret of the ring signed signed by the first, which is
 * the only one that the library knows.
 */
export function resignCookies(headers: Headers, [current, ...others]: SecretRing): Headers {
  const cookies = headers.get("cookie");
  if (!others.length || !cookies) return headers;
  const resigned = new Headers(headers);
  const pairs = cookies.split(/; */).map((pair) => {
    const [name, value = ""] = split(pair, "=");
    const [signed, signature = ""] = split(decoded(value), ".", "last");
    const known = others.some((secret) => equal(signatureOf(signed, secret), signature));
    return known
      ? `${name}=${encodeURIComponent(`${signed}.${signatureOf(signed, current)}`)}`
      : pair;
  });
  resigned.set("cookie", pairs.join("; "));
  return resigned;
}

function signatureOf(value: string, secret: string): string {
  return createHmac("sha256", secret).update(value).digest("base64");
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function split(text: string, mark: string, which: "first" | "last" = "first"): [string, string?] {
  const at = which === "first" ? text.indexOf(mark) : text.lastIndexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** A mail server, and the sender of what goes through it. */
export type Smtp = {
  host: string;
  port: number;
  /** TLS from the first byte, as `smtps:` says. */
  secure: boolean;
  /** Send nothing unless the server takes up STARTTLS. */
  requireTLS: boolean;
  auth?: { user: string; pass: string };
  from: string;
};

const PORTS: Record<string, number> = { "smtp:": 587, "smtps:": 465 };
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
// An address, or a name with an address in angle brackets.
const SENDER = /^([^<>\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?$/;

/**
 * Read `smtp(s)://user:password@host:port?from=address`, percent-encoded as in any URL. Where `from` is
 * missing, the user's name is the sender. A password never travels unencrypted to another machine.
 * Throws an Error that doesn't repeat the URL.
 */
export function readSmtpUrl(value: string): Smtp {
  const url = URL.canParse(value) ? new URL(value) : null;
  const port = url && PORTS[url.protocol];
  if (!url?.hostname || !port) {
    throw new Error("SMTP_URL must be smtp(s)://user:password@host:port?from=address.");
  }
  const [user, pass] = [url.username, url.password].map(decoded) as [string, string];
  const from = url.searchParams.get("from") || user;
  if (!SENDER.test(from)) {
    throw new Error("SMTP_URL needs a sender: add ?from=address, percent-encoded.");
  }
  const secure = url.protocol === "smtps:";
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || port,
    secure,
    requireTLS: !secure && user !== "" && !LOOPBACK.test(url.hostname),
    ...(user && { auth: { user, pass } }),
    from,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error("SMTP_URL: the user and the password must be percent-encoded.");
  }
}

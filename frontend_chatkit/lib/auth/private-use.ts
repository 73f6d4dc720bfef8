// Whatever a browser or its system does something else with than wake the app that owns it.
const TAKEN =
  /^(about|blob|chrome|data|file|filesystem|ftp|https?|intent|jar|javascript|mailto|sms|tel|vbscript|view-source|wss?)$/;

// The library takes reverse-domain schemes without an authority only (RFC 8252, 7.1).
const STAND_IN = "todochat.stand-in:/";

/**
 * Whether a redirect URI is one by which an app on the user's device is called back, such as
 * `cursor://anysphere.cursor-mcp/oauth/callback`: its scheme is its own (RFC 8252, 7.1), and there
 * are neither credentials nor a fragment in it.
 */
export function isPrivateUse(uri: unknown): uri is string {
  if (typeof uri !== "string" || uri.includes("#") || !URL.canParse(uri)) return false;
  const { protocol, username, password } = new URL(uri);
  return !TAKEN.test(protocol.slice(0, -1)) && !username && !password;
}

/** Return an address that the library accepts in the place of a private-use one. */
export function standInFor(uri: string): string {
  return STAND_IN + Buffer.from(uri).toString("base64url");
}

/** Return what an address stands for: itself, unless it is a stand-in for a private-use one. */
export function realOf(uri: string): string {
  if (!uri.startsWith(STAND_IN)) return uri;
  const real = Buffer.from(uri.slice(STAND_IN.length), "base64url").toString();
  return isPrivateUse(real) ? real : uri;
}

type Registration = { application_type?: unknown; redirect_uris?: unknown };

/**
 * Take a client that does not say what it is for a native one, if it wants to be called back on the
 * user's own machine. By default it would be a web client, which must not (OpenID Connect Dynamic
 * Client Registration, 2), and many MCP clients leave it out.
 */
export function withApplicationType<T extends Registration>(asked: T): T {
  if (asked.application_type !== undefined || !Array.isArray(asked.redirect_uris)) return asked;
  const native = asked.redirect_uris.some((uri) => !String(uri).startsWith("https:"));
  return native ? { ...asked, application_type: "native" } : asked;
}

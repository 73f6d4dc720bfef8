import { APIError, createAuthMiddleware } from "better-auth/api";
import { visibleName } from "@/lib/auth/client-name";

type Registration = {
  application_type?: unknown;
  redirect_uris?: unknown;
  client_name?: unknown;
  grant_types?: unknown;
};
type RegistrationResponse = { client_id?: string; redirect_uris?: string[] };

/** The path of registrations. */
export const REGISTRATION = "/oauth2/register";
const NATIVE = "native";
const MAX_LENGTH = 10_000;

/** The grants that a client can use. */
export const GRANT_TYPES = ["authorization_code", "refresh_token"] as const;

// Schemes that browsers and operating systems handle themselves.
const RESERVED =
  /^(about|blob|chrome|data|file|filesystem|ftp|https?|intent|jar|javascript|mailto|sms|tel|vbscript|view-source|wss?)$/;

// The library accepts only reverse-domain schemes without an authority (RFC 8252, 7.1).
const STAND_IN = "todochat.stand-in:/";

/**
 * Register a client without an application type as native if one of its redirect addresses is on the
 * user's machine. The default type, web, forbids such addresses (OpenID Connect Dynamic Client
 * Registration, 2), and many MCP clients omit the type.
 */
export function withApplicationType<T extends Registration>(registration: T): T {
  if (registration.application_type !== undefined || !Array.isArray(registration.redirect_uris))
    return registration;
  const native = registration.redirect_uris.some((uri) => !String(uri).startsWith("https:"));
  return native ? { ...registration, application_type: NATIVE } : registration;
}

/** Replace redirect addresses that the library refuses to native clients by stand-ins. */
export function withStandIns<T extends Registration>(registration: T): T {
  const { application_type, redirect_uris } = registration;
  if (application_type !== NATIVE || !Array.isArray(redirect_uris)) return registration;
  const accepted = redirect_uris.map((uri) => (isPrivateUse(uri) ? standInFor(uri) : uri));
  return { ...registration, redirect_uris: accepted };
}

/**
 * Replace what a client asks to be registered with by what it can have (RFC 7591, 3.2.1): a name that a
 * person can read in one line, and of the grants those that exist here.
 */
export function withNameAndGrants<T extends Registration>(registration: T): T {
  const { client_name: name, grant_types: grants } = registration;
  const usable = Array.isArray(grants) && grants.filter((one) => GRANT_TYPES.includes(one));
  return {
    ...registration,
    ...(typeof name === "string" && { client_name: visibleName(name) }),
    ...(usable && usable.length > 0 && { grant_types: usable }),
  };
}

/** Adapts registrations before the library validates them. */
export const beforeRegistration = createAuthMiddleware(async ({ path, body }) => {
  if (path !== REGISTRATION || !body) return;
  if (JSON.stringify(body).length > MAX_LENGTH) {
    throw new APIError("BAD_REQUEST", {
      error: "invalid_client_metadata",
      error_description: `A registration has at most ${MAX_LENGTH} characters.`,
    });
  }
  return { context: { body: withStandIns(withApplicationType(withNameAndGrants(body))) } };
});

/** Puts the real redirect addresses of a new client in the place of its stand-ins. */
export const afterRegistration = createAuthMiddleware(async ({ path, context, json }) => {
  const response = context.returned as RegistrationResponse | undefined;
  if (path !== REGISTRATION || !response?.client_id || !response.redirect_uris) return;
  const redirectUris = response.redirect_uris.map(realOf);
  if (redirectUris.every((uri, index) => uri === response.redirect_uris?.[index])) return;
  await context.adapter.update({
    model: "oauthClient",
    where: [{ field: "clientId", value: response.client_id }],
    update: { redirectUris },
  });
  return json({ ...response, redirect_uris: redirectUris });
});

/**
 * Whether a redirect URI has a private-use scheme of an app on the user's device, such as
 * `cursor://anysphere.cursor-mcp/oauth/callback` (RFC 8252, 7.1), and neither credentials nor a
 * fragment.
 */
export function isPrivateUse(uri: unknown): uri is string {
  if (typeof uri !== "string" || uri.includes("#") || !URL.canParse(uri)) return false;
  const { protocol, username, password } = new URL(uri);
  return !RESERVED.test(protocol.slice(0, -1)) && !username && !password;
}

/** Return the stand-in of a private-use address: one that the library accepts. */
export function standInFor(uri: string): string {
  return STAND_IN + Buffer.from(uri).toString("base64url");
}

/** Return the private-use address of a stand-in; any other address is returned as it is. */
export function realOf(uri: string): string {
  if (!uri.startsWith(STAND_IN)) return uri;
  const real = Buffer.from(uri.slice(STAND_IN.length), "base64url").toString();
  return isPrivateUse(real) ? real : uri;
}

import type { GenericEndpointContext, User } from "better-auth";
import { type JwtOptions, signJWT } from "better-auth/plugins";

type Context = GenericEndpointContext;

/**
 * The time at which a token is issued, in seconds and in milliseconds: the API tells tokens from before a
 * revocation from those after it, also within one second.
 */
export function issuedNow(): { iat: number; iat_ms: number } {
  const now = Date.now();
  return { iat: Math.floor(now / 1000), iat_ms: now };
}

/** The claims that this app reads of tokens that it issued. */
type Claims = { exp: number; sub?: string; azp?: string };

/** Return the claims of a token, without verifying it. */
export function claimsOf(token: string): Claims {
  const payload = token.split(".")[1] ?? "";
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
}

/** Return a login token for a user, whoever sent the request. */
export async function loginTokenOf(
  context: Context,
  options: JwtOptions,
  user: User,
): Promise<string> {
  const session = { user, session: {} } as Parameters<
    NonNullable<NonNullable<JwtOptions["jwt"]>["definePayload"]>
  >[0];
  const payload = { ...(await options.jwt?.definePayload?.(session)), sub: user.id };
  return signJWT(context, { options, payload });
}

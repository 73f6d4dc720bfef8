import { createAuthMiddleware } from "better-auth/api";
import { isPrivateUse, realOf, standInFor } from "@/lib/auth/private-use";

type Asked = { application_type?: unknown; redirect_uris?: unknown };
type Answered = { client_id?: string; redirect_uris?: string[] };

const REGISTRATION = "/oauth2/register";
const NATIVE = "native";

/**
 * Take a client that does not say what it is for a native one, if it wants to be called back on the
 * user's own machine. By default it would be a web client, which must not (OpenID Connect Dynamic
 * Client Registration, 2), and many MCP clients leave it out.
 */
export function withApplicationType<T extends Asked>(asked: T): T {
  if (asked.application_type !== undefined || !Array.isArray(asked.redirect_uris)) return asked;
  const native = asked.redirect_uris.some((uri) => !String(uri).startsWith("https:"));
  return native ? { ...asked, application_type: NATIVE } : asked;
}

/** Put stand-ins in the place of addresses that the library would refuse to a native client. */
export function withStandIns<T extends Asked>(asked: T): T {
  const { application_type, redirect_uris } = asked;
  if (application_type !== NATIVE || !Array.isArray(redirect_uris)) return asked;
  const accepted = redirect_uris.map((uri) => (isPrivateUse(uri) ? standInFor(uri) : uri));
  return { ...asked, redirect_uris: accepted };
}

/** What editors register by, before the library looks at it. */
export const beforeRegistration = createAuthMiddleware(async ({ path, body }) => {
  if (path !== REGISTRATION || !body) return;
  return { context: { body: withStandIns(withApplicationType(body)) } };
});

/** Give a client that was registered by stand-ins its real addresses, before it is told its id. */
export const afterRegistration = createAuthMiddleware(async ({ path, context, json }) => {
  const answer = context.returned as Answered | undefined;
  if (path !== REGISTRATION || !answer?.client_id || !answer.redirect_uris) return;
  const redirectUris = answer.redirect_uris.map(realOf);
  if (redirectUris.every((uri, index) => uri === answer.redirect_uris?.[index])) return;
  await context.adapter.update({
    model: "oauthClient",
    where: [{ field: "clientId", value: answer.client_id }],
    update: { redirectUris },
  });
  return json({ ...answer, redirect_uris: redirectUris });
});

import { visibleName } from "@/lib/auth/client-name";
import { GRANT_TYPES } from "@/lib/auth/registration";

/** What is used of a client's document. */
export type ClientDocument = {
  client_id: string;
  client_name: string;
  redirect_uris: string[];
  token_endpoint_auth_method: "none" | "private_key_jwt";
  grant_types?: string[];
  jwks?: { keys: Record<string, unknown>[] };
  jwks_uri?: string;
};

/** Fetches as `fetch` does. */
export type Transport = (input: string, init?: RequestInit) => Promise<Response>;

/** The document can't be used; the message says why, for the developer of the client. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
}

const TIMEOUT_MS = 5000;
const MAX_BYTES = 5 * 1024;
const MAX_ID = 255;
const MAX_REDIRECTS = 20;
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;
// What went wrong on the way would tell about the network of this server.
const UNREACHABLE = new DocumentError("It can't be fetched.");
const SECRETS = ["client_secret", "client_secret_expires_at"];

/** Whether a client's id is the address of its document: in canonical form, with a path, and nothing else. */
export function isDocumentUrl(clientId: string): boolean {
  if (!clientId.startsWith("https://") || clientId.length > MAX_ID) return false;
  if (!URL.canParse(clientId)) return false;
  const { href, pathname, search, hash, username, port } = new URL(clientId);
  return href === clientId && pathname !== "/" && !(search || hash || username || port);
}

/**
 * Fetch and check the document of a client, within five seconds and 5 KB; return it with its
 * `Cache-Control`. Throws a `DocumentError` if there is none that can be used.
 */
export async function fetchDocument(
  clientId: string,
  transport: Transport,
): Promise<{ document: ClientDocument; cacheControl: string }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { text, cacheControl } = await Promise.race([
    receive(clientId, transport, signal),
    // A transport that looks a name up can't be interrupted.
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(UNREACHABLE))),
  ]);
  return { document: readDocument(clientId, parsed(text)), cacheControl };
}

async function receive(clientId: string, transport: Transport, signal: AbortSignal) {
  try {
    const headers = { accept: "application/json" };
    const response = await transport(clientId, { headers, redirect: "manual", signal });
    if (response.status !== 200)
      throw new DocumentError(`It was answered with ${response.status}.`);
    if (!JSON_TYPE.test(response.headers.get("content-type") ?? "")) {
      throw new DocumentError("Its Content-Type is not that of JSON.");
    }
    const cacheControl = response.headers.get("cache-control") ?? "";
    return { text: await textOf(response), cacheControl };
  } catch (error) {
    throw error instanceof DocumentError ? error : UNREACHABLE;
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of chunksOf(response)) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new DocumentError(`It has more than ${MAX_BYTES} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The body of a response; the types of browsers do not know that it can be iterated. */
function chunksOf({ body }: Response): AsyncIterable<Uint8Array> {
  return (body ?? new Blob().stream()) as unknown as AsyncIterable<Uint8Array>;
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (value && typeof value === "object" && !Array.isArray(value)) return { ...value };
  } catch {}
  throw new DocumentError("It is no JSON object.");
}

/** Return what is used of a document's content. Throws a `DocumentError`. */
export function readDocument(clientId: string, content: Record<string, unknown>): ClientDocument {
  if (content.client_id !== clientId) throw new DocumentError("Its client_id is another address.");
  if (SECRETS.some((name) => name in content)) throw new DocumentError("It has a client secret.");
  const name = typeof content.client_name === "string" ? visibleName(content.client_name) : "";
  if (!name) throw new DocumentError("It has no client_name.");
  const redirects = Array.isArray(content.redirect_uris) ? content.redirect_uris : [];
  const usable = redirects.filter(isUsable).slice(0, MAX_REDIRECTS);
  if (usable.length === 0) throw new DocumentError("None of its redirect_uris can be used.");
  return {
    client_id: clientId,
    client_name: name,
    redirect_uris: usable,
    ...grantsOf(content.grant_types),
    ...authenticationOf(content),
  };
}

/** Whether a redirect address is a site's, a loopback one, or of a scheme that is a reversed domain. */
function isUsable(address: unknown): address is string {
  if (typeof address !== "string" || address.includes("#") || !URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username || password) return false;
  if (protocol === "https:") return true;
  if (protocol === "http:") return LOOPBACK.test(hostname);
  return protocol.includes(".") && !address.startsWith(`${protocol}//`);
}

function grantsOf(grants: unknown): Pick<ClientDocument, "grant_types"> {
  if (grants === undefined) return {};
  const usable = Array.isArray(grants) ? GRANT_TYPES.filter((one) => grants.includes(one)) : [];
  if (!usable.includes("authorization_code")) {
    throw new DocumentError("Its grant_types do not have authorization_code.");
  }
  return { grant_types: usable };
}

/** The library checks the keys when it stores the client, and when it verifies by them. */
function authenticationOf({
  token_endpoint_auth_method: method = "none",
  jwks,
  jwks_uri: address,
}: Record<string, unknown>): Pick<
  ClientDocument,
  "token_endpoint_auth_method" | "jwks" | "jwks_uri"
> {
  if (method === "none") return { token_endpoint_auth_method: method };
  if (method !== "private_key_jwt") {
    throw new DocumentError("Its token_endpoint_auth_method is neither none nor private_key_jwt.");
  }
  if (jwks && typeof jwks === "object") {
    return {
      token_endpoint_auth_method: method,
      jwks: jwks as { keys: Record<string, unknown>[] },
    };
  }
  if (typeof address !== "string" || !URL.canParse(address)) {
    throw new DocumentError("It has no keys for private_key_jwt.");
  }
  return { token_endpoint_auth_method: method, jwks_uri: address };
}

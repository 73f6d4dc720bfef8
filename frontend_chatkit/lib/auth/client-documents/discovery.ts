import type { ClientDiscovery, OAuthOptions, Scope } from "@better-auth/oauth-provider";
import { registerClientMetadataDocument } from "@better-auth/oauth-provider/internal";
import { APIError } from "better-auth/api";
import {
  DocumentError,
  fetchDocument,
  isDocumentUrl,
  type Transport,
} from "@/lib/auth/client-documents/document";

/** Marks the stored clients that are known by their documents. */
export const DISCOVERY_ID = "client-document";

const AUTHORIZATION = "/oauth2/authorize";
const ERROR_PAGE = "/oauth-error";

type Resolve = ClientDiscovery["resolve"];
type Context = Parameters<Resolve>[0];
type Client = NonNullable<Parameters<Resolve>[2]>;
/** What became of the last fetch of a document. */
type Entry = { until: number; error?: string };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SHORTEST_MS = 5 * MINUTE_MS;
const FAILED_MS = MINUTE_MS;
// A site that is down for less than a day disconnects nobody.
const STALE_MS = DAY_MS;
const MAX_ENTRIES = 1000;
const MAX_FETCHES = 8;
const MAX_AGE = /(?:^|[\s,])max-age="?(\d{1,9})/i;

/**
 * Clients whose id is the https address of a JSON document about them (client ID metadata documents). A
 * document is fetched at the first request, and again when its `Cache-Control` says so, after five minutes
 * at the earliest and a day at the latest; meanwhile and for a day without an answer the stored client
 * counts.
 */
export function clientDocuments(transport: Transport): ClientDiscovery {
  const entries = new Map<string, Entry>();
  const fetches = new Map<string, Promise<Client>>();

  const remember = (clientId: string, entry: Entry) => {
    entries.delete(clientId);
    entries.set(clientId, entry);
    const oldest = entries.size > MAX_ENTRIES ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
  };

  const refresh = async (context: Context, clientId: string, stored: Client | null) => {
    try {
      const { document, cacheControl } = await fetchDocument(clientId, transport);
      const { client } = await registerClientMetadataDocument(context, provider(context), {
        metadata: document,
        clientId,
        clientDiscoveryId: DISCOVERY_ID,
        ...(stored && { existingClient: stored }),
      });
      remember(clientId, { until: Date.now() + freshness(cacheControl) });
      return client;
    } catch (error) {
      const reason = reasonOf(error);
      if (!reason) throw error;
      remember(clientId, { until: Date.now() + FAILED_MS, error: reason });
      return staleOr(context, stored, reason);
    }
  };

  const resolve = async (context: Context, clientId: string, stored: Client | null) => {
    const entry = entries.get(clientId);
    if (entry && entry.until > Date.now() && (stored || entry.error)) {
      return entry.error ? staleOr(context, stored, entry.error) : stored;
    }
    const running = fetches.get(clientId);
    if (running) return running;
    if (fetches.size >= MAX_FETCHES)
      return staleOr(context, stored, "Too many documents are being fetched.");
    const fetching = refresh(context, clientId, stored).finally(() => fetches.delete(clientId));
    fetches.set(clientId, fetching);
    return fetching;
  };

  return {
    id: DISCOVERY_ID,
    matches: isDocumentUrl,
    resolve,
    fetchClientMetadataResource: (input, init) =>
      transport(input instanceof Request ? input.url : String(input), init),
    discoveryMetadata: { client_id_metadata_document_supported: true },
  };
}

/** Return for how long a document need not be fetched again, in milliseconds. */
export function freshness(cacheControl: string): number {
  const seconds = MAX_AGE.exec(cacheControl)?.[1];
  if (/no-store|no-cache/i.test(cacheControl)) return SHORTEST_MS;
  const given = seconds === undefined ? HOUR_MS : Number(seconds) * 1000;
  return Math.min(Math.max(given, SHORTEST_MS), DAY_MS);
}

function staleOr(context: Context, stored: Client | null, reason: string): Client {
  const read = stored?.updatedAt?.getTime() ?? 0;
  if (stored && Date.now() - read < STALE_MS) return stored;
  const error = "invalid_client";
  const error_description = `The client's metadata document can't be used. ${reason}`;
  // A person is at that address, who is shown a page; the client must not be returned to.
  if (context.path === AUTHORIZATION) {
    throw context.redirect(`${ERROR_PAGE}?${new URLSearchParams({ error, error_description })}`);
  }
  throw new APIError("BAD_REQUEST", { error, error_description });
}

/** Return why a document can't be used; null for an error that is not about the document. */
function reasonOf(error: unknown): string | null {
  if (error instanceof DocumentError) return error.message;
  const body = error instanceof APIError ? error.body : undefined;
  return typeof body?.error_description === "string" ? body.error_description : null;
}

function provider(context: Context): OAuthOptions<Scope[]> {
  return context.context.getPlugin("oauth-provider")?.options as OAuthOptions<Scope[]>;
}

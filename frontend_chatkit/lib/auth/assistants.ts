import { auth } from "@/lib/auth";
import { DISCOVERY_ID } from "@/lib/auth/client-documents/discovery";
import { visibleName } from "@/lib/auth/client-name";
import { scopeLabels } from "@/lib/scopes";

/** A client: `name` is what it calls itself, `site` where its document is, if it has one. */
export type ClientIdentity = { name: string; site: string | null };

/** A connected assistant; `permissions` are labels. */
export type Assistant = ClientIdentity & {
  clientId: string;
  permissions: string[];
  since: string;
};

type Consent = { clientId: string; scopes: string[]; createdAt: Date };
type Client = {
  clientId: string;
  clientDiscoveryId?: string | null;
  name?: string | null;
  redirectUris?: string[];
};

/** Return what a client is known by, or null if there is no such client. */
export async function clientIdentity(clientId: string): Promise<ClientIdentity | null> {
  const client = await clientOf(clientId);
  return client && identityOf(client);
}

/** Return the assistants that a user connected, ordered by name. */
export async function assistantsOf(userId: string): Promise<Assistant[]> {
  const { adapter } = await auth().$context;
  const consents = await adapter.findMany<Consent>({
    model: "oauthConsent",
    where: [{ field: "userId", value: userId }],
  });
  const known = await Promise.all(
    consents.map(async ({ clientId, scopes, createdAt }) => {
      const client = await clientOf(clientId);
      const since = createdAt.toISOString();
      const permissions = scopeLabels(scopes);
      return client && { clientId, ...identityOf(client), permissions, since };
    }),
  );
  return known.filter((one) => one !== null).sort((a, b) => a.name.localeCompare(b.name));
}

async function clientOf(clientId: string): Promise<Client | null> {
  const { adapter } = await auth().$context;
  return adapter.findOne<Client>({
    model: "oauthClient",
    where: [{ field: "clientId", value: clientId }],
  });
}

function identityOf({ clientId, clientDiscoveryId, name, redirectUris }: Client): ClientIdentity {
  return {
    name:
      visibleName(name ?? "") || `An assistant that returns ${redirectTarget(redirectUris?.[0])}`,
    site: clientDiscoveryId === DISCOVERY_ID ? new URL(clientId).host : null,
  };
}

/** Describe a redirect address: a site, or an app on the user's own device. */
export function redirectTarget(address: string | undefined): string {
  if (!address || !URL.canParse(address)) return "to an unknown address";
  const { protocol, host } = new URL(address);
  if (/^https?:$/.test(protocol)) return `to ${host}`;
  return `to the app on this device that opens ${protocol}${host && `//${host}`}`;
}

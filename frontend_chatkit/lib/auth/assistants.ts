import { auth } from "@/lib/auth";
import { inWords } from "@/lib/scopes";

/** An assistant that a person let in: `powers` says in words what it may do. */
export type Assistant = { clientId: string; name: string; powers: string[]; since: string };

type Consent = { clientId: string; scopes: string[]; createdAt: Date };
type Client = { clientId: string; name?: string | null; redirectUris?: string[] };

const HELD = ["oauthConsent", "oauthRefreshToken", "oauthAccessToken"];

/** Return how to call an assistant that asks for access, or null if there is no such. */
export async function asking(clientId: string): Promise<string | null> {
  const client = await clientOf(clientId);
  return client && nameOf(client);
}

/** Return the assistants that a user let in, by name. */
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
      return client && { clientId, name: nameOf(client), powers: inWords(scopes), since };
    }),
  );
  return known.filter((one) => one !== null).sort((a, b) => a.name.localeCompare(b.name));
}

/** Take back a user's consent, and with it all that would let the assistant in again. */
export async function disconnect(userId: string, clientId: string): Promise<void> {
  const { adapter } = await auth().$context;
  await adapter.transaction(async (within) => {
    for (const model of HELD) {
      const where = [
        { field: "userId", value: userId },
        { field: "clientId", value: clientId },
      ];
      await within.deleteMany({ model, where });
    }
  });
}

async function clientOf(clientId: string): Promise<Client | null> {
  const { adapter } = await auth().$context;
  return adapter.findOne<Client>({
    model: "oauthClient",
    where: [{ field: "clientId", value: clientId }],
  });
}

function nameOf(client: Client): string {
  return client.name?.trim() || `An assistant ${placeOf(client.redirectUris?.[0])}`;
}

/** Say where one goes on: at a site, or in an app on the person's own device. */
export function placeOf(address: string | undefined): string {
  if (!address || !URL.canParse(address)) return "in an unknown place";
  const { protocol, host } = new URL(address);
  if (/^https?:$/.test(protocol)) return `at ${host}`;
  return `in the app on this device that opens ${protocol}${host && `//${host}`}`;
}

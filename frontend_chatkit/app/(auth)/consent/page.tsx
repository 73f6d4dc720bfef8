import type { Metadata } from "next";
import { CheckIcon } from "@/components/ui/icons";
import { Notice } from "@/components/ui/notice";
import { ConsentForm } from "@/features/account/consent-form";
import { clientIdentity, redirectTarget } from "@/lib/auth/assistants";
import { scopeLabels } from "@/lib/scopes";
import { requireUser } from "@/lib/session";

export const metadata: Metadata = { title: "Connect an assistant" };

type Query = Promise<{ client_id?: string; scope?: string; redirect_uri?: string; sig?: string }>;

export default async function ConsentPage({ searchParams }: { searchParams: Query }) {
  const { client_id, scope = "", redirect_uri, sig } = await searchParams;
  const user = await requireUser();
  const client = sig && client_id ? await clientIdentity(client_id) : null;
  if (!client) return <Expired />;
  return (
    <>
      <h1 className="mb-2 text-xl font-semibold text-balance">
        <q className="break-words">{client.name}</q> wants to work on your tasks
      </h1>
      <Origin site={client.site} redirectUri={redirect_uri} />
      <p className="mb-2 text-sm text-muted">If you allow it, it can:</p>
      <ul className="mb-4 flex flex-col gap-2">
        {scopeLabels(scope.split(" ").filter(Boolean)).map((permission) => (
          <li key={permission} className="flex gap-2">
            <span className="text-accent">
              <CheckIcon />
            </span>
            {permission}
          </li>
        ))}
      </ul>
      <p className="mb-6 text-sm wrap-anywhere text-muted">
        You are signed in as {user.email}. Afterwards you return {redirectTarget(redirect_uri)}. You
        can disconnect the assistant at any time in the settings.
      </p>
      <ConsentForm />
    </>
  );
}

/**
 * Says who vouches for the name: the site of the client's document if the answer goes to a site, else nobody,
 * since any program on the user's device can name any document.
 */
function Origin({ site, redirectUri }: { site: string | null; redirectUri: string | undefined }) {
  if (site && redirectUri?.startsWith("https:")) {
    return (
      <div className="mb-4">
        <Notice>
          The site <strong className="font-semibold break-all">{site}</strong> says that this is its
          assistant. Allow it only if you know that site and have just tried to connect it.
        </Notice>
      </div>
    );
  }
  return (
    <div className="mb-4">
      <Notice tone="warn">
        <strong className="font-semibold">Unverified.</strong>{" "}
        {site
          ? `A program on this device says that it belongs to ${site}, which nobody can check.`
          : "The assistant chose this name itself, and nobody has checked it."}{" "}
        Allow it only if you have just tried to connect it.
      </Notice>
    </div>
  );
}

function Expired() {
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">This request has expired</h1>
      <p className="text-muted">
        It is incomplete or too old. Start again from the assistant that you want to connect.
      </p>
    </>
  );
}

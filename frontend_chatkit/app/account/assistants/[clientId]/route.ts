import { disconnect } from "@/lib/auth/assistants";
import { environment, trustedOrigins } from "@/lib/environment";
import { problemResponse } from "@/lib/problem";
import { isOwnPage } from "@/lib/relay/headers";
import { currentSession } from "@/lib/session";

type Context = { params: Promise<{ clientId: string }> };

/** Revoke an assistant's access. */
export async function DELETE(request: Request, { params }: Context): Promise<Response> {
  if (!isOwnPage(request, trustedOrigins(environment().webUrl))) {
    return problemResponse(
      403,
      "foreign_origin",
      "Only this app’s own pages may send requests here.",
    );
  }
  const session = await currentSession();
  if (!session) return problemResponse(401, "signed_out", "Sign in to continue.");
  const { clientId } = await params;
  await disconnect(session.user.id, clientId);
  return new Response(null, { status: 204 });
}

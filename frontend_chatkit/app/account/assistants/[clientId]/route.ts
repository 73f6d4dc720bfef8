import { disconnect } from "@/lib/auth/assistants";
import { environment, trustedOrigins } from "@/lib/environment";
import { problemResponse } from "@/lib/problem";
import { isOurs } from "@/lib/relay/origin";
import { currentSession } from "@/lib/session";

type Context = { params: Promise<{ clientId: string }> };

/** Take an assistant's access back. */
export async function DELETE(request: Request, { params }: Context): Promise<Response> {
  if (!isOurs(request, trustedOrigins(environment().webUrl))) {
    return problemResponse(403, "foreign_origin", "Only this app’s own pages may ask here.");
  }
  const session = await currentSession();
  if (!session) return problemResponse(401, "signed_out", "Sign in to go on.");
  const { clientId } = await params;
  await disconnect(session.user.id, clientId);
  return new Response(null, { status: 204 });
}

import { APIError } from "better-auth/api";
import { auth } from "@/lib/auth";
import { resignCookies } from "@/lib/auth/secret-ring";
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
  try {
    const headers = resignCookies(request.headers, environment().secrets);
    await auth().api.disconnectAssistant({ headers, params: { clientId } });
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    return problemResponse(
      503,
      "not_disconnected",
      "The assistant could not be disconnected. Try again.",
    );
  }
  return new Response(null, { status: 204 });
}

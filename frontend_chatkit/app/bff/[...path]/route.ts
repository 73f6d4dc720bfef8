import { callerOf } from "@/lib/auth/login-token";
import { environment, trustedOrigins } from "@/lib/environment";
import { relay } from "@/lib/relay/relay";

export const dynamic = "force-dynamic";

function handle(request: Request): Promise<Response> {
  const { apiUrl, webUrl } = environment();
  return relay(request, { apiUrl, origins: trustedOrigins(webUrl), callerOf });
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };

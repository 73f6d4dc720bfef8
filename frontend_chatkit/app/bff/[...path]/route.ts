import { callerOf } from "@/lib/auth/login-token";
import { environment, trustedOrigins } from "@/lib/environment";
import { relay } from "@/lib/relay/relay";
import { traced } from "@/lib/relay/tracing";

export const dynamic = "force-dynamic";

function handle(request: Request): Promise<Response> {
  const { apiUrl, webUrl } = environment();
  const options = { apiUrl, origins: trustedOrigins(webUrl), callerOf };
  return traced(request, "/bff/[...path]", (trace) => relay(request, { ...options, trace }));
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };

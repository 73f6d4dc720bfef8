import { auth } from "@/lib/auth";
import { refusingInOutages } from "@/lib/auth/readiness";
import { resignCookies } from "@/lib/auth/secret-ring";
import { environment } from "@/lib/environment";

function handle(request: Request): Promise<Response> {
  const headers = resignCookies(request.headers, environment().secrets);
  const known = headers === request.headers ? request : new Request(request, { headers });
  return refusingInOutages(() => auth().handler(known));
}

export { handle as GET, handle as POST };

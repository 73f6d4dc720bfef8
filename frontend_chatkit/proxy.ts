import { type NextRequest, NextResponse } from "next/server";
import { hostedChat } from "@/lib/environment";
import { contentSecurityPolicy, PATH_HEADER } from "@/lib/page-headers";

const HEADER = "content-security-policy";
const DEVELOPING = process.env.NODE_ENV === "development";

/** Give every page a policy with a nonce of its own; Next puts the nonce on its scripts. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const value = contentSecurityPolicy(nonce, hostedChat(process.env), DEVELOPING);
  const headers = new Headers(request.headers);
  headers.set(HEADER, value);
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set(HEADER, value);
  return response;
}

export const config = { matcher: "/((?!_next/|api/|bff/|healthz|ready|\\.well-known/).*)" };

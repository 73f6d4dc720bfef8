import type { HostedChat } from "@/lib/environment";

/** Holds the path of the request, for pages that are rendered on the server. */
export const PATH_HEADER = "x-todochat-path";

/**
 * The Content-Security-Policy of a page: scripts and styles of this app and with this nonce, and
 * nothing of other origins but the hosted chat's, where that is configured.
 */
export function contentSecurityPolicy(
  nonce: string,
  hosted: HostedChat | null,
  developing = false,
): string {
  const chat = hosted ? [new URL(hosted.scriptUrl).origin] : [];
  const directives: Record<string, string[]> = {
    "default-src": ["'self'"],
    "script-src": ["'self'", `'nonce-${nonce}'`, ...chat, ...(developing ? ["'unsafe-eval'"] : [])],
    "style-src": ["'self'", developing ? "'unsafe-inline'" : `'nonce-${nonce}'`, ...chat],
    "img-src": ["'self'", "data:", ...chat],
    "connect-src": ["'self'", ...chat],
    "frame-src": chat.length ? chat : ["'none'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ");
}

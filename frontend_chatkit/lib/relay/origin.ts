import { OURS, OURS_HEADER } from "@/lib/bff";

/** Whether a request comes from a page of this app, so that the browser's cookies may speak for it. */
export function isOurs(request: Request, origins: readonly string[]): boolean {
  const { headers } = request;
  const origin = headers.get("origin");
  if (origin !== null && !origins.includes(origin)) return false;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  // Without the browser's word (Fetch Metadata), only a script of ours can have set the header.
  return headers.get(OURS_HEADER) === OURS;
}

/** Return the API's path for one below `/bff`, or null if there is none. */
export function targetOf(pathname: string, userId: string): string | null {
  const segments = pathname.split("/").slice(2);
  if (!segments.every(isPlain)) return null;
  const rest = segments[0] === "api" ? segments.slice(1) : segments;
  if (rest[0] === "me" && rest.length > 1) {
    return `/api/${encodeURIComponent(userId)}/${rest.slice(1).join("/")}`;
  }
  return segments.join("/") === "chatkit" ? "/chatkit" : null;
}

function isPlain(segment: string): boolean {
  try {
    return !/^\.{0,2}$|[/\\]/.test(decodeURIComponent(segment));
  } catch {
    return false;
  }
}

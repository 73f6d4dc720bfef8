const YEAR = 365 * 24 * 3600;

/** Store a choice of this browser for a year; the server reads it with the page's request. */
export function storeCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}

/** Whether this browser has stored the value. */
export function hasStoredCookie(name: string, value: string): boolean {
  return document.cookie.split("; ").includes(`${name}=${value}`);
}

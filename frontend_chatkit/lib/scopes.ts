/** What an assistant may ask for, in words. */
export const SCOPES: Record<string, string> = {
  "tasks:read": "See your tasks",
  "tasks:write": "Add, change, complete and delete your tasks",
};

const STAY = "offline_access";

/** Say scopes in words; one that has none is shown as it is. */
export function inWords(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => scope !== STAY).map((scope) => SCOPES[scope] ?? scope);
}

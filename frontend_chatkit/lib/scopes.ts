/** The scopes that an assistant can request, as people read them. */
export const SCOPES: Record<string, string> = {
  "tasks:read": "See your tasks",
  "tasks:write": "Add, change, complete and delete your tasks",
};

/** The scope of refresh tokens. */
export const REFRESH = "offline_access";

/** Return the labels of scopes; one without a label is shown as it is. */
export function scopeLabels(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => scope !== REFRESH).map((scope) => SCOPES[scope] ?? scope);
}

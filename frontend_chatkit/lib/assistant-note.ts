/** The cookie of a browser whose user has dismissed the note about the built-in assistant. */
export const NOTE_COOKIE = "assistant-note";
export const NOTE_DISMISSED = "dismissed";

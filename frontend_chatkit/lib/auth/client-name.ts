/** Characters of a client's name that are shown. */
export const MAX_NAME = 60;

// More than any name needs, before anything is done with it.
const MAX_TEXT = 1000;
// Controls, and what hides, reverses or replaces the characters around it.
const INVISIBLE = /\p{C}/gu;
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

/** Return the name that a client gave itself as one line of visible text, cut to 60 characters. */
export function visibleName(name: string): string {
  const text = name
    .slice(0, MAX_TEXT)
    .normalize("NFKC")
    .replace(/\s+/gu, " ")
    .replace(INVISIBLE, "")
    .replace(STACKED_MARKS, "$1")
    .trim();
  const characters = [...text];
  if (characters.length <= MAX_NAME) return text;
  return `${characters
    .slice(0, MAX_NAME - 1)
    .join("")
    .trimEnd()}…`;
}

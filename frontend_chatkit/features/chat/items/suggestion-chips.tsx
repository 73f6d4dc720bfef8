/** Messages that the user may send next, each as a button that sends it. */
export function SuggestionChips({
  suggestions,
  onSend,
}: {
  suggestions: string[];
  onSend: (text: string) => void;
}) {
  if (suggestions.length === 0) return null;
  return (
    <ul aria-label="Suggested answers" className="flex flex-wrap gap-2">
      {suggestions.map((text) => (
        <li key={text}>
          <button
            type="button"
            className="min-h-9 rounded-2xl border border-accent bg-surface px-4 py-1.5 text-left wrap-anywhere text-accent-strong hover:bg-accent-soft pointer-coarse:min-h-11"
            onClick={() => onSend(text)}
          >
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}

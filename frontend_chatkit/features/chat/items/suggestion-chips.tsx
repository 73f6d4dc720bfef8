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
            className="min-h-9 rounded-full border border-accent bg-surface px-4 text-accent-strong hover:bg-accent-soft"
            onClick={() => onSend(text)}
          >
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}

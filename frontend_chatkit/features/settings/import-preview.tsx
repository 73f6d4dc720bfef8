import { Button } from "@/components/ui/button";
import type { components } from "@/lib/api-schema";

type Import = components["schemas"]["ImportOut"];

const MOST_SHOWN = 10;

/** What an import would bring, which lines of the file it would leave out and why, and its button. */
export function ImportPreview({
  preview,
  busy,
  onImport,
}: {
  preview: Import;
  busy: boolean;
  onImport: () => void;
}) {
  const { imported, refused, lists_created: lists, tasks, refused_lines: lines } = preview;
  return (
    <div className="flex w-full flex-col items-start gap-3">
      <p className="font-medium">
        {imported === 1 ? "1 task would come" : `${imported} tasks would come`}
        {lists.length > 0 && `, into the new lists ${lists.join(", ")}`}
        {refused > 0 && `; ${refused} ${refused === 1 ? "line is" : "lines are"} left out`}.
      </p>
      <ul className="list-inside list-disc text-sm">
        {tasks.slice(0, MOST_SHOWN).map((task, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows never move, and titles repeat
          <li key={index} className="break-words">
            {task.title}
          </li>
        ))}
        {imported > MOST_SHOWN && <li>and {imported - MOST_SHOWN} more</li>}
      </ul>
      {lines.length > 0 && (
        <ul className="text-sm text-muted" aria-label="Left out">
          {lines.slice(0, MOST_SHOWN).map((line) => (
            <li key={line.line}>
              Line {line.line}: {line.message}
            </li>
          ))}
        </ul>
      )}
      <Button look="primary" busy={busy} disabled={imported === 0} onClick={onImport}>
        Import
      </Button>
    </div>
  );
}

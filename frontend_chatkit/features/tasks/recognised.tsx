import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { CloseIcon } from "@/components/ui/icons";
import { findLabel, isOverruled } from "@/features/tasks/find-labels";
import { type Find, piecesOf } from "@/features/tasks/spans";
import type { Details } from "@/features/tasks/task-form";
import { type Read, useReading } from "@/features/tasks/use-reading";

type RecognisedProps = {
  text: string;
  today: string;
  /** The fields that were chosen by hand: the line does not set them. */
  chosen: Partial<Details>;
  line: RefObject<HTMLInputElement | null>;
  /** Set to the function that reads a line before it is added. */
  read: RefObject<Read | null>;
  onDetails: (details: Partial<Details>) => void;
};

/** What the line says beside a title: marked in it, and as chips below that can be removed. */
export function Recognised({ text, today, chosen, line, read, onDetails }: RecognisedProps) {
  const reading = useReading(text, onDetails);
  useEffect(() => {
    read.current = reading.read;
  });
  const finds = reading.finds.filter(({ kind }) => !isOverruled(kind, chosen));
  const parsed = reading.parsed;
  if (!parsed || finds.length === 0) return null;
  const labelled = finds.map((find) => ({ find, label: findLabel(find, parsed, today) }));
  return (
    <>
      <Marks text={text} finds={finds} line={line} />
      <ul aria-label="Recognised" className="-mr-23 flex flex-wrap gap-1.5 pt-1 pr-1.5 pb-1.5">
        {labelled.map(({ find, label }) => (
          <li key={`${find.kind} ${find.start}`}>
            <Chip
              label={label}
              onRemove={() => {
                line.current?.focus();
                reading.ignore(find);
              }}
            />
          </li>
        ))}
      </ul>
      <output className="sr-only">{labelled.map(({ label }) => label).join(", ")}</output>
    </>
  );
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Leave in the title: ${label}`}
      title="Leave in the title"
      onClick={onRemove}
      className="inline-flex min-h-8 max-w-full items-center gap-1 rounded-full bg-accent-soft pr-2 pl-3 text-left text-sm text-accent-strong hover:underline"
    >
      <span className="min-w-0 truncate">{label}</span>
      <span className="scale-75">
        <CloseIcon />
      </span>
    </button>
  );
}

type MarksProps = { text: string; finds: Find[]; line: RefObject<HTMLInputElement | null> };

/** A copy of the line behind it, of which only the marked parts are seen; it scrolls as the line does. */
function Marks({ text, finds, line }: MarksProps) {
  const copy = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const input = line.current;
    if (!input) return;
    const follow = () => {
      if (copy.current) copy.current.scrollLeft = input.scrollLeft;
    };
    follow();
    input.addEventListener("scroll", follow);
    return () => input.removeEventListener("scroll", follow);
  });
  return (
    <div
      ref={copy}
      aria-hidden="true"
      className="pointer-events-none absolute inset-x-0 top-0 -z-10 flex h-10 items-center overflow-hidden text-transparent"
    >
      <span className="whitespace-pre">
        {piecesOf(text, finds).map(({ start, text: piece, span }) =>
          span ? (
            <mark
              key={start}
              className="rounded-sm bg-accent-soft text-transparent ring-1 ring-accent-soft"
            >
              {piece}
            </mark>
          ) : (
            piece
          ),
        )}
      </span>
    </div>
  );
}

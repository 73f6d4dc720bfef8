import { CloseIcon } from "@/components/ui/icons";
import { dayInWords } from "@/features/tasks/due";
import { EVERYTHING, type Filter } from "@/features/tasks/filter";
import { PRIORITY_NAMES } from "@/features/tasks/task";

type ActiveProps = {
  filter: Filter;
  today: string;
  onFilter: (some: Partial<Filter>) => void;
};

type Name = "tag" | "priority" | "due_after" | "due_before";

/** What narrows the list beside words and status, each with a way to let go of it. */
export function ActiveFilters({ filter, today, onFilter }: ActiveProps) {
  const active = Object.entries(told(filter, today)) as [Name, string | null][];
  const shown = active.filter(([, words]) => words !== null);
  if (shown.length === 0) return null;
  return (
    <ul aria-label="Active filters" className="flex flex-wrap gap-2">
      {shown.map(([name, words]) => (
        <li key={name}>
          <button
            type="button"
            aria-label={`Remove filter ${words}`}
            onClick={() => onFilter({ [name]: EVERYTHING[name] })}
            className="inline-flex items-center gap-1 rounded-full bg-accent-soft py-1 pr-2 pl-3 text-sm text-accent-strong hover:underline"
          >
            {words}
            <CloseIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}

function told(filter: Filter, today: string): Record<Name, string | null> {
  const { tag, priority, due_after, due_before } = filter;
  return {
    tag: tag && `#${tag}`,
    priority:
      priority && (priority === "none" ? "No priority" : `${PRIORITY_NAMES[priority]} priority`),
    due_after: due_after && `Due from ${dayInWords(due_after, today)}`,
    due_before: due_before && `Due until ${dayInWords(due_before, today)}`,
  };
}

import { Field, Select } from "@/components/ui/field";
import { CloseIcon } from "@/components/ui/icons";
import { relativeDay } from "@/features/tasks/due";
import { type Filter, NO_FILTER } from "@/features/tasks/filter";
import { PRIORITIES, PRIORITY_NAMES, type Priority, tagsOf } from "@/features/tasks/task";
import { useDebounced } from "@/features/tasks/use-debounced";

type PanelProps = { filter: Filter; onFilter: (some: Partial<Filter>) => void };

/** The fields for tag, priority and due dates. */
export function FilterPanel({ filter, onFilter }: PanelProps) {
  const [tag, setTag] = useDebounced(filter.tag ?? "", (text) => onFilter({ tag: text || null }));
  return (
    <div className="grid grid-cols-2 gap-3 rounded-2xl border border-line bg-surface p-4 sm:grid-cols-4">
      <Field
        label="Tag"
        value={tag}
        autoCapitalize="none"
        onChange={(event) => setTag(tagsOf(event.target.value)[0] ?? "")}
      />
      <Select
        label="Priority"
        value={filter.priority ?? ""}
        onChange={(event) =>
          onFilter({ priority: (event.target.value || null) as Priority | null })
        }
      >
        <option value="">Any</option>
        {PRIORITIES.toReversed().map((priority) => (
          <option key={priority} value={priority}>
            {PRIORITY_NAMES[priority]}
          </option>
        ))}
      </Select>
      <Field
        label="Due from"
        type="date"
        value={filter.due_after ?? ""}
        onChange={(event) => onFilter({ due_after: event.target.value || null })}
      />
      <Field
        label="Due until"
        type="date"
        value={filter.due_before ?? ""}
        onChange={(event) => onFilter({ due_before: event.target.value || null })}
      />
    </div>
  );
}

type ActiveProps = {
  filter: Filter;
  today: string;
  onFilter: (some: Partial<Filter>) => void;
};

type Name = "tag" | "priority" | "due_after" | "due_before";

/** The filters that are set beside search and status, each with a button that removes it. */
export function ActiveFilters({ filter, today, onFilter }: ActiveProps) {
  const active = Object.entries(labelsOf(filter, today)) as [Name, string | null][];
  const shown = active.filter(([, label]) => label !== null);
  if (shown.length === 0) return null;
  return (
    <ul aria-label="Active filters" className="flex flex-wrap gap-2">
      {shown.map(([name, label]) => (
        <li key={name}>
          <button
            type="button"
            aria-label={`Remove filter ${label}`}
            onClick={() => onFilter({ [name]: NO_FILTER[name] })}
            className="inline-flex items-center gap-1 rounded-full bg-accent-soft py-1 pr-2 pl-3 text-sm text-accent-strong hover:underline"
          >
            {label}
            <CloseIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}

function labelsOf(filter: Filter, today: string): Record<Name, string | null> {
  const { tag, priority, due_after, due_before } = filter;
  return {
    tag: tag && `#${tag}`,
    priority:
      priority && (priority === "none" ? "No priority" : `${PRIORITY_NAMES[priority]} priority`),
    due_after: due_after && `Due from ${relativeDay(due_after, today)}`,
    due_before: due_before && `Due until ${relativeDay(due_before, today)}`,
  };
}

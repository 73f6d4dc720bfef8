import { Field, Select } from "@/components/ui/field";
import type { Filter } from "@/features/tasks/filter";
import { PRIORITIES, PRIORITY_NAMES, type Priority, tagsOf } from "@/features/tasks/task";
import { useDebounced } from "@/features/tasks/use-debounced";

type PanelProps = { filter: Filter; onFilter: (some: Partial<Filter>) => void };

/** The filters that are wanted now and then. */
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

"use client";

import { useId, useState } from "react";
import { buttonClasses } from "@/components/ui/button";
import {
  DEFAULT_SORTS,
  type Filter,
  isNarrowed,
  SORTS,
  type Sort,
  STATUSES,
  type Status,
} from "@/features/tasks/filter";
import { FilterIcon, SearchIcon } from "@/features/tasks/icons";
import { ActiveFilters, FilterPanel } from "@/features/tasks/lazy";
import { useDebounced } from "@/features/tasks/use-debounced";
import { classes } from "@/lib/classes";

const STATUS_NAMES: Record<Status, string> = { all: "All", pending: "Open", completed: "Done" };
const SORT_NAMES: Record<Sort, string> = {
  "-created": "Newest first",
  created: "Oldest first",
  due: "By date",
  priority: "By priority",
  "-updated": "Last changed",
  title: "By title",
};

export type FilterProps = { filter: Filter; onFilter: (some: Partial<Filter>) => void };

/** Status, sort order, search and filters of the list. */
export function Toolbar({ filter, today, onFilter }: FilterProps & { today: string }) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <StatusTabs filter={filter} onFilter={onFilter} />
        <SortSelect filter={filter} onFilter={onFilter} />
        <SearchBox filter={filter} onFilter={onFilter} />
        <button
          type="button"
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => setOpen(!open)}
          className={classes(buttonClasses({ look: "ghost" }), "max-sm:px-2.5")}
        >
          <FilterIcon />
          <span className="max-sm:sr-only">Filter</span>
        </button>
      </div>
      <div id={panel} hidden={!open}>
        {open && <FilterPanel filter={filter} onFilter={onFilter} />}
      </div>
      {isNarrowed(filter) && <ActiveFilters filter={filter} today={today} onFilter={onFilter} />}
    </div>
  );
}

function StatusTabs({ filter, onFilter }: FilterProps) {
  return (
    <fieldset className="flex rounded-lg bg-raised p-1">
      <legend className="sr-only">Show</legend>
      {STATUSES.map((status) => (
        <label
          key={status}
          className="cursor-pointer rounded-md px-2.5 py-1 sm:px-3 text-muted has-checked:bg-lifted has-checked:text-text has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="status"
            className="sr-only"
            checked={filter.status === status}
            onChange={() => onFilter({ status, sort: DEFAULT_SORTS[status] })}
          />
          {STATUS_NAMES[status]}
        </label>
      ))}
    </fieldset>
  );
}

function SortSelect({ filter, onFilter }: FilterProps) {
  return (
    <select
      aria-label="Sort"
      value={filter.sort}
      onChange={(event) => onFilter({ sort: event.target.value as Sort })}
      className="min-h-10 rounded-lg bg-transparent px-2 text-muted hover:bg-raised max-sm:ml-auto max-sm:max-w-36 sm:order-last"
    >
      {SORTS.map((sort) => (
        <option key={sort} value={sort} className="bg-surface text-text">
          {SORT_NAMES[sort]}
        </option>
      ))}
    </select>
  );
}

function SearchBox({ filter, onFilter }: FilterProps) {
  const [text, setText] = useDebounced(filter.q, (q) => onFilter({ q }));
  return (
    <div className="relative min-w-36 flex-1">
      <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-muted">
        <SearchIcon />
      </span>
      <input
        type="search"
        aria-label="Search tasks"
        placeholder="Search"
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.target.value)}
        className="min-h-10 w-full rounded-lg border border-line bg-surface pr-2 pl-9 placeholder:text-muted hover:border-line-strong"
      />
    </div>
  );
}

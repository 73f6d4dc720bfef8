const ROWS = ["w-3/5", "w-2/5", "w-1/2", "w-1/3"];

/** Stands where the list will be. */
export function ListSkeleton() {
  return (
    <output className="block divide-y divide-line rounded-2xl border border-line bg-surface">
      <span className="sr-only">Loading your tasks</span>
      {ROWS.map((width) => (
        <div key={width} className="flex animate-pulse items-center gap-3 px-4 py-4">
          <span className="size-7 rounded-full bg-raised" />
          <span className={`h-4 rounded bg-raised ${width}`} />
        </div>
      ))}
    </output>
  );
}

import { CheckIcon } from "@/components/ui/icons";
import { classes } from "@/lib/classes";

/** A round checkbox: done or open. */
export function TickBox({
  label,
  checked,
  disabled,
  onChange,
}: {
  label: string;
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <span className="relative inline-flex size-7 shrink-0">
      <input
        type="checkbox"
        aria-label={label}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className={classes(
          "peer size-7 cursor-pointer appearance-none rounded-full border-2 transition-colors",
          "border-line-strong checked:border-accent checked:bg-accent hover:border-accent",
        )}
      />
      <span className="pointer-events-none absolute inset-0 grid place-items-center text-on-accent opacity-0 peer-checked:opacity-100">
        <CheckIcon />
      </span>
    </span>
  );
}

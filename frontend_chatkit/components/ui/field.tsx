import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "@/lib/classes";

const CONTROL =
  "w-full min-h-10 rounded-lg border bg-surface px-3 text-text placeholder:text-muted disabled:opacity-60";

function controlClasses(error: unknown): string {
  return classes(CONTROL, error ? "border-danger" : "border-line-strong");
}

type Texts = { label: string; hint?: ReactNode; error?: string | null };

type Described = { id: string; "aria-describedby"?: string; "aria-invalid"?: true };

function Labelled({
  label,
  hint,
  error,
  children,
}: Texts & { children: (control: Described) => ReactNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

/**
 * A labelled text input with a hint and an error that describe it to screen readers; `beside` is
 * shown at its end, such as a button.
 */
export function Field({
  label,
  hint,
  error,
  beside,
  className,
  ...input
}: Texts & ComponentProps<"input"> & { beside?: ReactNode }) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(control) => (
        <div className="flex gap-2">
          <input {...input} {...control} className={classes(controlClasses(error), className)} />
          {beside}
        </div>
      )}
    </Labelled>
  );
}

/** A labelled multi-line input. */
export function TextArea({ label, hint, error, ...input }: Texts & ComponentProps<"textarea">) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(control) => (
        <textarea {...input} {...control} className={classes(controlClasses(error), "py-2")} />
      )}
    </Labelled>
  );
}

/** A labelled select; its options are the children. */
export function Select({ label, hint, error, ...input }: Texts & ComponentProps<"select">) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(control) => <select {...input} {...control} className={controlClasses(error)} />}
    </Labelled>
  );
}

import type { ComponentProps } from "react";
import { Spinner } from "@/components/ui/spinner";
import { classes } from "@/lib/classes";

const LOOKS = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  secondary: "border border-line-strong bg-surface text-text hover:bg-raised",
  ghost: "text-text hover:bg-raised",
  danger: "border border-danger bg-surface text-danger hover:bg-danger-soft",
} as const;

const SIZES = {
  small: "min-h-8 px-3 text-sm",
  medium: "min-h-10 px-4",
  icon: "size-10 shrink-0",
} as const;

export type ButtonLook = keyof typeof LOOKS;

type Look = { look?: ButtonLook; size?: keyof typeof SIZES };

export type ButtonProps = ComponentProps<"button"> & Look & { busy?: boolean };

/** Return the classes of a button, for links that look like one. */
export function buttonClasses({ look = "secondary", size = "medium" }: Look = {}): string {
  return classes(
    "inline-flex items-center justify-center gap-2 rounded-lg font-medium transition-colors",
    "disabled:opacity-60",
    LOOKS[look],
    SIZES[size],
  );
}

/** A button. While `busy` it shows a spinner and ignores clicks, but keeps the focus. */
export function Button({
  look,
  size,
  busy = false,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classes(buttonClasses({ look, size }), className)}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy && <Spinner label={null} />}
      {children}
    </button>
  );
}

"use client";

import {
  Fragment,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { type ButtonProps, buttonClasses } from "@/components/ui/button";
import { classes } from "@/lib/classes";

export type MenuItem = {
  label: string;
  run: () => void;
  danger?: boolean;
  /** Set for items that can be on or off. */
  checked?: boolean;
  /** Whether a line separates it from the items above. */
  separated?: boolean;
};

const STEPS: Record<string, (index: number, last: number) => number> = {
  ArrowDown: (index, last) => (index >= last ? 0 : index + 1),
  ArrowUp: (index, last) => (index <= 0 ? last : index - 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** A button with a menu below it (WAI-ARIA menu button): arrows move, Escape closes. */
export function Menu({
  label,
  button,
  look = "ghost",
  size = "medium",
  items,
  align = "end",
}: {
  label: string;
  button: ReactNode;
  look?: ButtonProps["look"];
  size?: ButtonProps["size"];
  items: MenuItem[];
  align?: "start" | "end";
}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    options(root.current)[0]?.focus();
    const outside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") return close();
    if (event.key === "Tab") return setOpen(false);
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const all = options(root.current);
    const index = all.indexOf(document.activeElement as HTMLElement);
    all[step(index, all.length - 1)]?.focus();
  };

  return (
    <div ref={root} className="relative">
      <button
        ref={trigger}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        className={buttonClasses({ look, size })}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div
          id={id}
          role="menu"
          tabIndex={-1}
          aria-label={label}
          onKeyDown={onKeyDown}
          className={classes(
            "absolute z-40 mt-1 min-w-48 rounded-xl border border-line bg-surface p-1 shadow-float",
            align === "end" ? "right-0" : "left-0",
          )}
        >
          {items.map((item) => (
            <Fragment key={item.label}>
              {item.separated && <hr className="my-1 border-line" />}
              <Option item={item} onDone={close} />
            </Fragment>
          ))}
        </div>
      )}
    </div>
  );
}

function Option({ item, onDone }: { item: MenuItem; onDone: () => void }) {
  const role =
    item.checked === undefined
      ? { role: "menuitem" }
      : { role: "menuitemradio", "aria-checked": item.checked };
  return (
    <button
      type="button"
      {...role}
      tabIndex={-1}
      className={classes(
        "flex min-h-10 w-full items-center justify-between gap-4 rounded-lg px-3 text-left hover:bg-raised focus:bg-raised",
        item.danger && "text-danger",
      )}
      onClick={() => {
        onDone();
        item.run();
      }}
    >
      {item.label}
      {item.checked && <span aria-hidden="true">✓</span>}
    </button>
  );
}

function options(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
}

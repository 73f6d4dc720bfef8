"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { classes } from "@/lib/classes";

/** The accessible name: the text of another element, or a text of its own. */
type AccessibleName = { "aria-labelledby": string } | { "aria-label": string };

const FIELDS = "input:not([type=hidden]), textarea, select";

/** Focus the first field in an element, if it has one, and select its text. */
export function focusFirstField(element: HTMLElement | null): void {
  const field = element?.querySelector<HTMLInputElement | HTMLSelectElement>(FIELDS);
  field?.focus();
  if (field && "select" in field) field.select();
}

/**
 * The base of dialogs and drawers. While it is open the rest of the page is inert; it opens with the
 * focus in its first field and returns the focus when it closes. Escape and a click on the backdrop
 * call `onClose`.
 */
export function Modal({
  open,
  onClose,
  className,
  children,
  ...name
}: AccessibleName & {
  open: boolean;
  onClose: () => void;
  className: string;
  children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (open && dialog && !dialog.open) {
      dialog.showModal();
      // The element itself would focus its first button: Close.
      focusFirstField(dialog);
    }
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape, which the element knows, is the key for it
    <dialog
      {...name}
      ref={element}
      // React also calls this for a modal inside this one.
      onClose={(event) => event.target === element.current && onClose()}
      onClick={(event) => event.target === element.current && element.current?.close()}
      className={classes(
        "border-line bg-surface p-0 text-text shadow-float backdrop:bg-[rgb(0_0_0/0.45)]",
        className,
      )}
    >
      {open && children}
    </dialog>
  );
}

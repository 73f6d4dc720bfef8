"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { CloseIcon } from "@/components/ui/icons";

/** A panel that comes in from the left, over the page. Escape and a click beside it close it. */
export function Drawer({
  title,
  open,
  onClose,
  children,
}: {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (open && !dialog?.open) dialog?.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape, which the element knows, is the key for it
    <dialog
      ref={element}
      aria-label={title}
      onClose={(event) => event.target === element.current && onClose()}
      onClick={(event) => event.target === element.current && element.current?.close()}
      className="m-0 h-dvh max-h-none w-[min(20rem,85vw)] border-r border-line bg-surface p-0 text-text shadow-float backdrop:bg-[rgb(0_0_0/0.45)]"
    >
      {open && (
        <div className="flex h-full flex-col">
          <div className="flex items-center justify-between border-b border-line py-1 pr-2 pl-4">
            <h2 className="font-semibold">{title}</h2>
            <Button look="ghost" size="icon" aria-label="Close" onClick={onClose}>
              <CloseIcon />
            </Button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}

"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { CloseIcon } from "@/components/ui/icons";
import { Modal } from "@/components/ui/modal";

/** A modal panel at the left edge of the page. */
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
  return (
    <Modal
      open={open}
      onClose={onClose}
      aria-label={title}
      className="m-0 h-dvh max-h-none w-[min(20rem,85vw)] border-r"
    >
      <div className="flex h-full flex-col">
        <div className="flex items-center justify-between border-b border-line py-1 pr-2 pl-4">
          <h2 className="font-semibold">{title}</h2>
          <Button look="ghost" size="icon" aria-label="Close" onClick={onClose}>
            <CloseIcon />
          </Button>
        </div>
        {children}
      </div>
    </Modal>
  );
}

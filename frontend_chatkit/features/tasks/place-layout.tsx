"use client";

import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { ListIcon } from "@/features/tasks/icons";
import { Rail, RailDrawer } from "@/features/tasks/lazy";
import { type Place, placeTitle } from "@/features/tasks/place";
import type { LiveLists } from "@/features/tasks/use-lists";

type LayoutProps = {
  place: Place;
  /** The number of tasks; null until they are loaded. */
  total: number | null;
  lists: LiveLists;
  onGo: (place: Place) => void;
  children: ReactNode;
};

/** A page of tasks: its title above, and the rail beside it, or in a drawer on narrow screens. */
export function PlaceLayout({ place, total, lists, onGo, children }: LayoutProps) {
  const [isOpen, setOpen] = useState(false);
  const go = (to: Place) => {
    setOpen(false);
    onGo(to);
  };
  const rail = { place, onGo: go, ...lists };
  return (
    <div className="mx-auto flex max-w-6xl">
      <aside className="sticky top-0 w-64 shrink-0 self-start overflow-y-auto py-6 pl-2 max-md:hidden md:max-h-[calc(100dvh-3.5rem)]">
        <Rail {...rail} />
      </aside>
      <div className="relative mx-auto flex min-w-0 max-w-3xl flex-1 flex-col gap-4 px-4 pt-4 pb-24 sm:pt-8">
        <header className="flex items-center gap-3">
          <Button
            look="ghost"
            size="icon"
            aria-label="Lists and views"
            className="-ml-2 md:hidden"
            onClick={() => setOpen(true)}
          >
            <ListIcon />
          </Button>
          <h1 className="min-w-0 text-2xl font-semibold wrap-anywhere">{placeTitle(place)}</h1>
          <output className="shrink-0 text-muted">{total !== null && countLabel(total)}</output>
        </header>
        {children}
      </div>
      <RailDrawer open={isOpen} onClose={() => setOpen(false)} {...rail} />
    </div>
  );
}

function countLabel(total: number): string {
  return total === 1 ? "1 task" : `${total} tasks`;
}

"use client";

import { useRouter } from "next/navigation";
import { useEffect, useId, useRef, useState } from "react";
import { buttonClasses } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { NotificationList } from "@/features/notifications/notification-list";
import type { AppNotification } from "@/features/notifications/requests";
import { useNotifications } from "@/features/notifications/use-notifications";

const MOST_COUNTED = 99;

/** The bell of the header: how many notifications are unread, and below it the newest ones. */
export default function Bell() {
  const router = useRouter();
  return <BellButton onGo={(path) => router.push(path)} />;
}

/** The bell without the router. */
export function BellButton({ onGo }: { onGo: (path: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const goTo = ({ task_id }: AppNotification) => {
    setOpen(false);
    onGo(`/tasks?task=${task_id}`);
  };
  const { unread, notifications, readAll, done, later } = useNotifications(goTo);
  useClosing(root, isOpen, () => setOpen(false));
  const toggle = () => {
    setOpen(!isOpen);
    if (!isOpen && unread > 0) readAll();
  };
  return (
    <div ref={root} className="relative">
      <button
        type="button"
        aria-label={unread > 0 ? `Notifications, ${unread} unread` : "Notifications"}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        className={`${buttonClasses({ look: "ghost", size: "icon" })} relative`}
        onClick={toggle}
      >
        <Icon>
          <path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1.5 1.5h-13L5 13.5ZM8.5 17.5h3" />
        </Icon>
        {unread > 0 && (
          <span
            aria-hidden="true"
            className="absolute top-0.5 right-0.5 grid h-4.5 min-w-4.5 place-items-center rounded-full bg-accent px-1 text-xs font-semibold text-on-accent tabular-nums"
          >
            {Math.min(unread, MOST_COUNTED)}
          </span>
        )}
      </button>
      {isOpen && (
        <section
          id={id}
          aria-label="Newest notifications"
          className="fixed inset-x-2 top-14 z-40 max-h-[calc(100dvh-5rem)] overflow-y-auto rounded-2xl border border-line bg-surface shadow-float sm:absolute sm:inset-x-auto sm:top-auto sm:right-0 sm:mt-1 sm:w-96"
        >
          <NotificationList
            notifications={notifications}
            onOpen={goTo}
            onDone={done}
            onLater={later}
          />
        </section>
      )}
    </div>
  );
}

/** Close on Escape, and when something outside is pressed or gets the focus. */
function useClosing(
  root: React.RefObject<HTMLDivElement | null>,
  isOpen: boolean,
  close: () => void,
): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) latest.current();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      latest.current();
      root.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      document.removeEventListener("keydown", onKey);
    };
  }, [root, isOpen]);
}

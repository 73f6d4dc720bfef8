import { useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import type { AppNotification } from "@/features/notifications/requests";
import { instantWords } from "@/features/notifications/words";
import { classes } from "@/lib/classes";
import { useUser } from "@/lib/user";

type ListProps = {
  notifications: AppNotification[];
  onOpen: (notification: AppNotification) => void;
  onDone: (notification: AppNotification) => void;
  onLater: (notification: AppNotification) => void;
};

/** The newest notifications, each with the actions on its task. */
export function NotificationList({ notifications, ...on }: ListProps) {
  const { timezone } = useUser();
  return (
    <>
      <h2 className="px-4 pt-3 pb-2 font-semibold">Notifications</h2>
      <Permission />
      {notifications.length === 0 && (
        <EmptyState title="No notifications">
          Reminders of your tasks will be listed here.
        </EmptyState>
      )}
      <ul className="divide-y divide-line">
        {notifications.map((one) => (
          <li key={one.id} className={classes("px-4 py-3", !one.read_at && "bg-accent-soft")}>
            <button
              type="button"
              className="block w-full text-left wrap-anywhere hover:underline"
              onClick={() => on.onOpen(one)}
            >
              {one.title}
            </button>
            <div className="mt-1 flex flex-wrap items-center gap-2">
              <p className="flex-1 text-sm text-muted">
                {instantWords(one.fires_at, timezone)}
                {one.late && ", late"}
              </p>
              <Button size="small" onClick={() => on.onDone(one)}>
                Done
                <span className="sr-only">: {one.title}</span>
              </Button>
              <Button size="small" onClick={() => on.onLater(one)}>
                In an hour
                <span className="sr-only">: {one.title}</span>
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Offers what the browser asks the user about: notifications beside those of other apps. */
function Permission() {
  const [permission, setPermission] = useState(() =>
    "Notification" in window ? Notification.permission : "denied",
  );
  if (permission !== "default") return null;
  const ask = async () => setPermission(await Notification.requestPermission());
  return (
    <div className="flex items-center gap-3 px-4 pb-3">
      <p className="flex-1 text-sm text-muted">Show reminders on this device too?</p>
      <Button size="small" onClick={() => void ask()}>
        Allow
      </Button>
    </div>
  );
}

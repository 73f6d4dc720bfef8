"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useToast } from "@/components/ui/toast";
import {
  type AppNotification,
  completeTask,
  loadNotifications,
  type NotificationPage,
  readNotifications,
  snooze,
} from "@/features/notifications/requests";
import { useLiveStream } from "@/features/tasks/live-context";
import { errorMessage } from "@/lib/bff";

const SECONDS = 20;

/** The notifications of the user, live, with what can be done with each. */
export function useNotifications(onOpen: (notification: AppNotification) => void) {
  const live = useLiveStream();
  const toast = useToast();
  const [page, setPage] = useState<NotificationPage>({ notifications: [], unread: 0 });
  const open = useRef(onOpen);
  open.current = onOpen;

  const actions = useMemo(() => {
    const perform = async (request: Promise<void>, message: string) => {
      try {
        await request;
        toast(message);
      } catch (error) {
        toast(errorMessage(error), { tone: "danger" });
      }
    };
    return {
      done: ({ id, task_id, title }: AppNotification) => {
        const request = completeTask(task_id).then(() => readNotifications([id]));
        void perform(request, `“${title}” is done.`);
      },
      later: ({ id, title }: AppNotification) =>
        void perform(snooze(id), `You are reminded of “${title}” again in an hour.`),
      readAll: () => void readNotifications().catch(() => undefined),
    };
  }, [toast]);

  const arrive = useCallback(
    (notification: AppNotification) => {
      toast(notification.title, {
        seconds: SECONDS,
        action: { label: "Done", run: () => actions.done(notification) },
        more: { label: "In an hour", run: () => actions.later(notification) },
      });
      showOnDevice(notification, () => open.current(notification));
    },
    [toast, actions],
  );

  useEffect(() => {
    const unmounted = new AbortController();
    const reload = async () => {
      const loaded = await loadNotifications();
      if (!unmounted.signal.aborted) setPage(loaded);
    };
    const handlers = {
      onGap: () => undefined,
      onChange: () => undefined,
      // What came while there was no connection is loaded; a failure leaves what is shown.
      onConnection: (now: string) => void (now === "live" && reload().catch(() => undefined)),
      onBell: ({ notification, unread }: { notification?: AppNotification; unread: number }) => {
        setPage(({ notifications }) => ({
          notifications: notification
            ? [notification, ...notifications.filter(({ id }) => id !== notification.id)]
            : notifications,
          unread,
        }));
        if (notification) arrive(notification);
        else void reload().catch(() => undefined);
      },
    };
    live.follow(handlers, unmounted.signal);
    return () => unmounted.abort();
  }, [live, arrive]);

  return { ...page, ...actions };
}

/** Show it beside other apps' notifications, if that is allowed and the page is not seen. */
function showOnDevice({ id, title }: AppNotification, onClick: () => void): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  if (!document.hidden) return;
  // The tag is that of Web Push: where both arrive, one is shown.
  const shown = new Notification(title, { tag: id.replaceAll("-", ""), icon: "/icon.svg" });
  shown.onclick = () => {
    window.focus();
    onClick();
  };
}

import type { Connection, Handlers } from "@/features/tasks/follow";

/** The stream of changes of a page, which several parts of it follow over one connection. */
export type LiveStream = {
  /** Add handlers until aborted; `onGap` is called once the stream is up, as after a gap. */
  follow: (handlers: Partial<Handlers>, signal: AbortSignal) => void;
};

/** The code that follows is loaded with the first handlers: pages are usable before it arrives. */
export function createLiveStream(): LiveStream {
  const followers = new Set<Partial<Handlers>>();
  let stopped = new AbortController();
  let connection: Connection = "connecting";
  let isUp = false;

  const toAll: Handlers = {
    onGap: () => {
      isUp = true;
      for (const one of followers) one.onGap?.();
    },
    onChange: (change) => {
      for (const one of followers) one.onChange?.(change);
    },
    onConnection: (now) => {
      connection = now;
      for (const one of followers) one.onConnection?.(now);
    },
    onBell: (event) => {
      for (const one of followers) one.onBell?.(event);
    },
    onLists: () => {
      for (const one of followers) one.onLists?.();
    },
  };

  const start = async ({ signal }: AbortController) => {
    const { followTasks } = await import("@/features/tasks/follow");
    if (!signal.aborted) await followTasks(toAll, signal);
  };

  const stop = () => {
    stopped.abort();
    connection = "connecting";
    isUp = false;
  };

  return {
    follow: (handlers, signal) => {
      followers.add(handlers);
      if (connection !== "connecting") handlers.onConnection?.(connection);
      if (isUp) handlers.onGap?.();
      if (followers.size === 1) {
        stopped = new AbortController();
        start(stopped).catch(() => toAll.onConnection("lost"));
      }
      signal.addEventListener("abort", () => {
        if (followers.delete(handlers) && followers.size === 0) stop();
      });
    },
  };
}

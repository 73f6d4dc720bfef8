import type { EventSourceMessage } from "eventsource-parser";
import type { TaskChange } from "@/features/tasks/task";
import type { components } from "@/lib/api-schema";
import { BffError, bff } from "@/lib/bff";
import { eventsOf, parseData, SILENCE_MS } from "@/lib/event-stream";

export type Connection = "connecting" | "live" | "lost" | "offline" | "signed-out";

/** A reminder fired, or notifications were read by any client. */
export type BellEvent = { unread: number; notification?: components["schemas"]["NotificationOut"] };

export type Handlers = {
  /** Changes may have been missed, as before the first call; all later ones are reported. */
  onGap: () => void;
  onChange: (change: TaskChange) => void;
  onConnection: (connection: Connection) => void;
  onBell?: (event: BellEvent) => void;
  /** Lists were made, renamed, moved, archived or deleted, by any client. */
  onLists?: () => void;
};

const PATH = "/me/tasks/events";
const EVENTS = new Set(["tasks.ready", "task.changed"]);
const BELL_EVENTS = new Set(["notification", "notifications.read"]);
// Browsers allow six connections to a server over all tabs: a hidden page closes its own.
const HIDDEN_MS = 60_000;
const FIRST_PAUSE_MS = 400;
const MAX_PAUSE_MS = 15_000;
// A service that restarts is back by then: no message is needed.
const SILENT_FAILURES = 2;

/** Follow a user's tasks until aborted, across lost connections and ends of the stream. */
export async function followTasks(handlers: Handlers, signal: AbortSignal): Promise<void> {
  let failures = 0;
  let last: number | null = null;

  const take = (event: EventSourceMessage) => {
    if (event.event === "lists.changed") return handlers.onLists?.();
    if (BELL_EVENTS.has(event.event ?? "")) return handlers.onBell?.(parseData<BellEvent>(event));
    if (!EVENTS.has(event.event ?? "")) return;
    const change = parseData<TaskChange>(event);
    const ready = event.event === "tasks.ready";
    const expected = ready ? last : (last ?? 0) + 1;
    last = change.change_id;
    if (ready) {
      failures = 0;
      handlers.onConnection("live");
    } else {
      handlers.onChange(change);
    }
    if (last !== expected) handlers.onGap();
  };

  while (!signal.aborted) {
    await untilVisible(signal);
    const error = await readOnce(last, take, signal).catch((caught: unknown) => caught);
    if (signal.aborted) return;
    if (isStatus(error, 401)) return handlers.onConnection("signed-out");
    // The server has no such change, as after a restore of its database: the list is loaded anew.
    if (isStatus(error, 422)) last = null;
    if (error) failures += 1;
    const connection = connectionAfter(failures);
    if (connection) handlers.onConnection(connection);
    await pause(failures, signal);
  }
}

function connectionAfter(failures: number): Connection | null {
  if (!navigator.onLine) return "offline";
  return failures < SILENT_FAILURES ? null : "lost";
}

/** Read the stream until it ends, falls silent, or the network is lost or the page hidden. */
async function readOnce(
  last: number | null,
  take: (event: EventSourceMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const attempt = new AbortController();
  const end = () => attempt.abort();
  const connecting = setTimeout(end, SILENCE_MS);
  const hidden = new Timer(HIDDEN_MS, end);
  const until = { signal: attempt.signal };
  signal.addEventListener("abort", end, until);
  window.addEventListener("offline", end, until);
  document.addEventListener("visibilitychange", () => hidden.set(document.hidden), until);
  try {
    const headers = last === null ? undefined : { "last-event-id": String(last) };
    const response = await bff(PATH, { headers, signal: attempt.signal });
    clearTimeout(connecting);
    for await (const event of eventsOf(response)) take(event);
  } finally {
    clearTimeout(connecting);
    hidden.set(false);
    end();
  }
}

/** Wait longer after each failure, but no longer once the network is back or the page visible. */
async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** failures, MAX_PAUSE_MS);
  // Randomized, so that clients that lost their connection together do not return together.
  const ms = longest * (0.5 + Math.random() / 2);
  const over = new AbortController();
  await new Promise<void>((resolve) => {
    const onVisible = () => document.visibilityState === "visible" && resolve();
    const options = { signal: over.signal };
    window.addEventListener("online", () => resolve(), options);
    document.addEventListener("visibilitychange", onVisible, options);
    signal.addEventListener("abort", () => resolve(), options);
    setTimeout(resolve, ms);
  });
  over.abort();
}

/** Wait until the page is visible. */
async function untilVisible(signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await new Promise<void>((resolve) => {
    const check = () => (!document.hidden || signal.aborted) && resolve();
    document.addEventListener("visibilitychange", check, { signal: over.signal });
    signal.addEventListener("abort", check, { signal: over.signal });
    check();
  });
  over.abort();
}

class Timer {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ms: number,
    private readonly onEnd: () => void,
  ) {}

  /** Start the timer anew, or stop it. */
  set(on = true): void {
    clearTimeout(this.#timer);
    this.#timer = on ? setTimeout(this.onEnd, this.ms) : undefined;
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof BffError && error.status === status;
}

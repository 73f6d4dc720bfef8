import type { EventSourceMessage } from "eventsource-parser";
import type { TaskChange } from "@/features/tasks/task";
import { BffError, bff } from "@/lib/bff";
import { eventsOf, parseData, SILENCE_MS } from "@/lib/event-stream";

export type Connection = "connecting" | "live" | "lost" | "offline" | "signed-out";

export type Followed = {
  /** Changes may have been missed, as all were before the first call; all later ones are told. */
  onGap: () => void;
  onChange: (change: TaskChange) => void;
  onConnection: (connection: Connection) => void;
};

const PATH = "/me/tasks/events";
// Browsers hold six connections to a server, over all tabs: one that nobody looks at lets go.
const UNSEEN_MS = 60_000;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 15_000;
// A service that restarts is back by then: nobody needs to hear of it.
const UNSAID_FAILURES = 2;

/** Follow a user's tasks until aborted, across lost connections and ends of the stream. */
export async function followTasks(followed: Followed, signal: AbortSignal): Promise<void> {
  let failures = 0;
  let last: number | null = null;

  const take = (event: EventSourceMessage) => {
    const change = parseData<TaskChange>(event);
    const ready = event.event === "tasks.ready";
    const expected = ready ? last : (last ?? 0) + 1;
    last = change.change_id;
    if (ready) {
      failures = 0;
      followed.onConnection("live");
    } else {
      followed.onChange(change);
    }
    if (last !== expected) followed.onGap();
  };

  while (!signal.aborted) {
    await untilSeen(signal);
    const fault = await readOnce(last, take, signal).catch((error: unknown) => error);
    if (signal.aborted) return;
    if (isStatus(fault, 401)) return followed.onConnection("signed-out");
    // The server knows no such change: it has another past, and all is read anew.
    if (isStatus(fault, 422)) last = null;
    if (fault) failures += 1;
    const connection = connectionAfter(failures);
    if (connection) followed.onConnection(connection);
    await pause(failures, signal);
  }
}

function connectionAfter(failures: number): Connection | null {
  if (!navigator.onLine) return "offline";
  return failures < UNSAID_FAILURES ? null : "lost";
}

/** Read the stream until it ends, falls silent, or the network or who looks at it is away. */
async function readOnce(
  last: number | null,
  take: (event: EventSourceMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const attempt = new AbortController();
  const end = () => attempt.abort();
  const connecting = setTimeout(end, SILENCE_MS);
  const unseen = new Alarm(UNSEEN_MS, end);
  const until = { signal: attempt.signal };
  signal.addEventListener("abort", end, until);
  window.addEventListener("offline", end, until);
  document.addEventListener("visibilitychange", () => unseen.set(document.hidden), until);
  try {
    const headers = last === null ? undefined : { "last-event-id": String(last) };
    const response = await bff(PATH, { headers, signal: attempt.signal });
    clearTimeout(connecting);
    for await (const event of eventsOf(response)) take(event);
  } finally {
    clearTimeout(connecting);
    unseen.set(false);
    end();
  }
}

/** Wait longer the more often it failed, but not once the network is back or the page is seen. */
async function pause(failures: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  // By chance, so that those who were cut off together don't come back together.
  const ms = longest * (0.5 + Math.random() / 2);
  const over = new AbortController();
  await new Promise<void>((resolve) => {
    const seen = () => document.visibilityState === "visible" && resolve();
    const options = { signal: over.signal };
    window.addEventListener("online", () => resolve(), options);
    document.addEventListener("visibilitychange", seen, options);
    signal.addEventListener("abort", () => resolve(), options);
    setTimeout(resolve, ms);
  });
  over.abort();
}

/** Wait while the page is in the background. */
async function untilSeen(signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  await new Promise<void>((resolve) => {
    const look = () => (!document.hidden || signal.aborted) && resolve();
    document.addEventListener("visibilitychange", look, { signal: over.signal });
    signal.addEventListener("abort", look, { signal: over.signal });
    look();
  });
  over.abort();
}

class Alarm {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ms: number,
    private readonly ring: () => void,
  ) {}

  /** Set it to ring once, counted from now, or off. */
  set(on = true): void {
    clearTimeout(this.#timer);
    this.#timer = on ? setTimeout(this.ring, this.ms) : undefined;
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof BffError && error.status === status;
}

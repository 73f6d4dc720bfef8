import type { Answered, Streamed, ThreadEvent } from "@/features/chat/protocol/types";
import { bff } from "@/lib/bff";
import { eventsOf, parseData } from "@/lib/event-stream";

/** The chat protocol as the signed-in user speaks it. */
export class Protocol {
  private readonly metadata: Record<string, string>;

  /** `timezone` is what decides what “today” is; the server knows one if it is null. */
  constructor(timezone: string | null) {
    // A reply outlives its page: what comes back follows it, and only a stop stops it.
    this.metadata = { on_hang_up: "finish", ...(timezone ? { timezone } : {}) };
  }

  /** Ask what is answered at once. Throws as `bff` does. */
  async ask<T extends keyof Answered>(
    type: T,
    params: Answered[T]["takes"],
    signal?: AbortSignal,
  ): Promise<Answered[T]["gives"]> {
    return (await this.post(type, params, signal)).json();
  }

  /** Ask what is answered with events. Throws as `bff` does, and StreamInterrupted where they break off. */
  async *stream<T extends keyof Streamed>(
    type: T,
    params: Streamed[T],
    signal?: AbortSignal,
  ): AsyncGenerator<ThreadEvent> {
    const response = await this.post(type, params, signal);
    for await (const event of eventsOf(response)) yield parseData<ThreadEvent>(event);
  }

  private post(type: string, params: unknown, signal?: AbortSignal): Promise<Response> {
    const body = JSON.stringify({ type, params, metadata: this.metadata });
    return bff("/chatkit", { method: "POST", body, signal });
  }
}

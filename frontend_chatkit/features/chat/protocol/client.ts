import { StreamCut, sentEvents } from "@/features/chat/protocol/sent-events";
import type { Answered, Streamed, ThreadEvent } from "@/features/chat/protocol/types";
import { bff } from "@/lib/bff";

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

  /** Ask what is answered with events. Throws as `bff` does, and StreamCut where they break off. */
  async *stream<T extends keyof Streamed>(
    type: T,
    params: Streamed[T],
    signal?: AbortSignal,
  ): AsyncGenerator<ThreadEvent> {
    const { body } = await this.post(type, params, signal);
    if (!body) return;
    for await (const { data } of sentEvents(body)) yield parsed(data);
  }

  private post(type: string, params: unknown, signal?: AbortSignal): Promise<Response> {
    const body = JSON.stringify({ type, params, metadata: this.metadata });
    return bff("/chatkit", { method: "POST", body, signal });
  }
}

/** Read the JSON of an event. Throws StreamCut if it is none. */
export function parsed<T>(data: string): T {
  try {
    return JSON.parse(data) as T;
  } catch (cause) {
    throw new StreamCut("The stream brought an event that can't be read.", { cause });
  }
}

import type { Requests, StreamedRequests, ThreadEvent } from "@/features/chat/protocol/types";
import { bff } from "@/lib/bff";
import { eventsOf, parseData } from "@/lib/event-stream";

/** A client of the ChatKit protocol, as the signed-in user. */
export class Protocol {
  private readonly metadata: Record<string, string>;

  /** `timezone` determines “today”; where it is null, the server uses its own setting. */
  constructor(timezone: string | null) {
    // A reply outlives its page: only a request to stop it ends it early.
    this.metadata = { on_hang_up: "finish", ...(timezone ? { timezone } : {}) };
  }

  /** Send a request whose response is JSON. Throws as `bff` does. */
  async request<T extends keyof Requests>(
    type: T,
    params: Requests[T]["params"],
    signal?: AbortSignal,
  ): Promise<Requests[T]["result"]> {
    return (await this.post(type, params, signal)).json();
  }

  /** Send a request whose response is a stream. Throws as `bff` does, and StreamInterrupted. */
  async *stream<T extends keyof StreamedRequests>(
    type: T,
    params: StreamedRequests[T],
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

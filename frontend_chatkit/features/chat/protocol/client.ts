import type { Requests, StreamedRequests, ThreadEvent } from "@/features/chat/protocol/types";
import type { components } from "@/lib/api-schema";
import { bff, bffJson } from "@/lib/bff";
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

  /**
   * Follow a running turn from its start until its reply is stored. Throws as `bff` does, and
   * StreamInterrupted.
   */
  async *follow(turnId: string, signal?: AbortSignal): AsyncGenerator<ThreadEvent> {
    const path = `/me/turns/${encodeURIComponent(turnId)}/thread-events`;
    const response = await bff(path, { signal });
    for await (const event of eventsOf(response)) yield parseData<ThreadEvent>(event);
  }

  private post(type: string, params: unknown, signal?: AbortSignal): Promise<Response> {
    const body = JSON.stringify({ type, params, metadata: this.metadata });
    return bff("/chatkit", { method: "POST", body, signal });
  }
}

/** Return a thread's title and the turn that runs in it, if one does. Throws as `bff` does. */
export function conversationState(threadId: string, signal?: AbortSignal) {
  const path = `/me/conversations/${encodeURIComponent(threadId)}`;
  return bffJson<components["schemas"]["ConversationNow"]>(path, { signal });
}

/** Stop a turn; its text so far is stored. Throws as `bff` does. */
export async function cancelTurn(turnId: string): Promise<void> {
  await bff(`/me/turns/${encodeURIComponent(turnId)}/cancel`, { method: "POST" });
}

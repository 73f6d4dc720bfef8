import { vi } from "vitest";
import type { ThreadEvent, ThreadItem } from "@/features/chat/protocol/types";

export const THREAD = "01900000-0000-7000-8000-000000000001";

const AT = "2026-11-21T10:00:00Z";
const PLACE = { thread_id: THREAD, created_at: AT };

/** A request that the API received. */
export type Sent = { path: string; type: string | null; params: Record<string, unknown> };

type Reply = Response | Promise<Response>;

const unavailable = async () => Response.json({ status: 503, code: "x" }, { status: 503 });

/** An API with the responses that a test sets; it records the requests. */
export class FakeApi {
  readonly sent: Sent[] = [];
  private readonly responses = new Map<string, ((sent: Sent, signal?: AbortSignal) => Reply)[]>();

  /** `tasks` responds to requests about tasks and lists, which have a double of their own. */
  constructor(private readonly tasks: typeof fetch = unavailable) {
    vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => this.respond(url, init));
  }

  /** Set the responses to requests of a type or path, in order; the last one is repeated. */
  on(name: string, ...responses: ((sent: Sent, signal?: AbortSignal) => Reply)[]): this {
    this.responses.set(name, [...(this.responses.get(name) ?? []), ...responses]);
    return this;
  }

  /** Return the requests of a type or path. */
  of(name: string): Sent[] {
    return this.sent.filter(({ type, path }) => (type ?? path) === name);
  }

  private async respond(url: string, init: RequestInit): Promise<Response> {
    if (/\/me\/(tasks|lists|notifications)/.test(url)) return this.tasks(url, init);
    const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
    const path = url.replace("/bff", "");
    const sent = { path, type: body.type ?? null, params: body.params ?? body };
    this.sent.push({ ...sent, ...(body.metadata ? { metadata: body.metadata } : {}) });
    const name = sent.type ?? path;
    const [next, ...rest] = this.responses.get(name) ?? [];
    if (!next) throw new Error(`No response is set for ${name}.`);
    if (rest.length) this.responses.set(name, rest);
    return next(sent, init.signal ?? undefined);
  }
}

export const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status });

export const problem = (status: number, code: string, detail: string, more = {}) =>
  json({ title: detail, detail, status, code, ...more }, status);

export const unreachable = () => Promise.reject(new TypeError("Failed to fetch"));

/** Respond with events; `cut` interrupts the stream after them. */
export const events =
  (sent: ThreadEvent[], { cut = false } = {}) =>
  () =>
    streamed(
      sent.map((event) => `data: ${JSON.stringify(event)}\n\n`),
      cut,
    );

/** A stream that a test writes to step by step; it fails when its request is aborted. */
export class Live {
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  readonly respond = (_: Sent, signal?: AbortSignal): Response => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
    });
    signal?.addEventListener("abort", () => {
      this.controller?.error(new DOMException("aborted", "AbortError"));
    });
    return new Response(body);
  };

  send(...sent: ThreadEvent[]): void {
    for (const event of sent) this.controller?.enqueue(bytes(`data: ${JSON.stringify(event)}\n\n`));
  }

  end(): void {
    this.controller?.close();
  }

  cut(): void {
    this.controller?.error(new TypeError("network error"));
  }
}

function streamed(chunks: string[], cut = false): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks.shift();
      if (chunk !== undefined) controller.enqueue(bytes(chunk));
      else if (cut) controller.error(new TypeError("network error"));
      else controller.close();
    },
  });
  return new Response(body);
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export const userMessage = (id: string, text: string): ThreadItem => ({
  ...PLACE,
  id,
  type: "user_message",
  content: [{ text }],
});

export const reply = (id: string, text: string): ThreadItem => ({
  ...PLACE,
  id,
  type: "assistant_message",
  content: [{ text }],
});

export const steps = (id: string, ...titles: string[]): ThreadItem => ({
  ...PLACE,
  id,
  type: "workflow",
  workflow: { tasks: titles.map((title) => ({ title, status_indicator: "complete" })) },
});

/** Messages that the user may send next, as the server draws them. */
export const suggestions = (id: string, ...texts: string[]): ThreadItem => ({
  ...PLACE,
  id,
  type: "widget",
  widget: {
    type: "Basic",
    children: texts.map((text) => ({
      type: "Button",
      label: text,
      onClickAction: { type: "send", payload: { text }, handler: "client" },
    })),
  },
});

/** A list of tasks as the server draws it. */
export const taskList = (id: string, ...tasks: [string, boolean][]): ThreadItem => ({
  ...PLACE,
  id,
  type: "widget",
  copy_text: tasks.map(([title]) => title).join("\n"),
  widget: {
    type: "ListView",
    children: tasks.map(([title, done], index) => ({
      type: "ListViewItem",
      key: `task-${index + 1}`,
      children: [
        button(done ? "reopen" : "complete", index + 1),
        {
          type: "Col",
          children: [
            { type: "Text", value: title, lineThrough: done },
            { type: "Caption", value: `#${index + 1}` },
          ],
        },
        button("delete", index + 1),
      ],
    })),
  },
});

function button(type: string, task_id: number) {
  return { type: "Button", onClickAction: { type, payload: { task_id }, handler: "server" } };
}

export const created: ThreadEvent = {
  type: "thread.created",
  thread: { id: THREAD, title: null, created_at: AT },
};

export const done = (item: ThreadItem): ThreadEvent => ({ type: "thread.item.done", item });

export const added = (item: ThreadItem): ThreadEvent => ({ type: "thread.item.added", item });

export const removed = (item_id: string): ThreadEvent => ({
  type: "thread.item.removed",
  item_id,
});

export const delta = (item_id: string, text: string): ThreadEvent => ({
  type: "thread.item.updated",
  item_id,
  update: {
    type: "assistant_message.content_part.text_delta",
    content_index: 0,
    delta: text,
  },
});

/** A page of items as the server gives it, newest first. */
export const page = (...items: ThreadItem[]) => json({ data: items.reverse(), has_more: false });

export const NOW = `/me/conversations/${THREAD}`;

export const conversation = (running_turn_id: string | null = null, feedback = {}) =>
  json({
    id: THREAD,
    title: "Groceries",
    created_at: AT,
    updated_at: AT,
    running_turn_id,
    feedback,
  });

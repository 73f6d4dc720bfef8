import { vi } from "vitest";
import type { AppNotification } from "@/features/notifications/requests";
import { compareBy, filterOf, matches } from "@/features/tasks/filter";
import type { TodoList } from "@/features/tasks/list-requests";
import type { Task, TaskChange } from "@/features/tasks/task";
import { parseLine } from "@/features/tasks/testing/parse";
import { change, task } from "@/features/tasks/testing/tasks";

type Sent = {
  method: string;
  path: string;
  body: Record<string, unknown>;
  lastEventId: string | null;
};
type Reply = Response | Promise<Response>;

const PAGE = 50;
const AT = "2026-11-21T09:00:00Z";
const BEAT_MS = 15_000;
const PATH = /^\/bff(?:\/api)?\/me(\/(?:tasks|lists|notifications|parse)[^?]*)(?:\?(.*))?$/;

/** An API behind the network: stores tasks and streams each change. */
export class FakeApi {
  readonly sent: Sent[] = [];
  readonly changes: TaskChange[] = [];
  /** Replaces the response of the API where it returns one. */
  instead: (sent: Sent) => Reply | null = () => null;
  isStreaming = true;
  /** Whether streams send comments at intervals, as the API does. */
  beats = false;
  lists: TodoList[] = [];
  /** The turn of a chat that makes the changes from now on. */
  turnId: string | null = null;
  readonly notifications: AppNotification[] = [];
  #tasks = new Map<number, Task>();
  #deleted = new Map<number, Task>();
  #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();

  constructor(tasks: Task[] = []) {
    for (const one of tasks) this.#tasks.set(one.id, one);
    vi.stubGlobal("fetch", (path: string, init: RequestInit = {}) => this.#fetch(path, init));
  }

  get tasks(): Task[] {
    return [...this.#tasks.values()];
  }

  /** Add a list as another client would. */
  addList(name: string): TodoList {
    const id = this.lists.length + 1;
    const made = { id, name, position: id, archived_at: null, created_at: AT, open_tasks: 0 };
    this.lists.push(made);
    return made;
  }

  /** Add a task as another client would; an unknown list is made. */
  add(some: Partial<Task> & { title: string }): Task {
    if (some.list && !this.lists.some(({ name }) => name === some.list)) this.addList(some.list);
    const added = task(Math.max(0, ...this.#tasks.keys(), ...this.#deleted.keys()) + 1, some);
    this.#store("created", added);
    return added;
  }

  change(id: number, some: Partial<Task>): Task {
    const old = this.#found(id);
    const changed = { ...old, ...some, version: old.version + 1 };
    this.#store("updated", changed);
    return changed;
  }

  delete(id: number): void {
    this.#deleted.set(id, this.#found(id));
    this.#tasks.delete(id);
    this.#publish("deleted", id, null);
  }

  /** Rename a list as another client would. */
  renameList(id: number, name: string): void {
    const list = this.lists.find((one) => one.id === id);
    if (list) this.#changeList(list, { name });
    this.#ring("lists.changed", {});
  }

  /** Fire a reminder. */
  notify(notification: AppNotification): void {
    this.notifications.unshift(notification);
    this.#ring("notification", { notification, unread: this.#unread });
  }

  get #unread(): number {
    return this.notifications.filter(({ read_at }) => !read_at).length;
  }

  #ring(type: string, data: object): void {
    const bell = { type, change_id: this.changes.length, ...data };
    for (const stream of this.#streams) stream.enqueue(written(bell));
  }

  #respondOnNotifications({ method, path, body }: Sent): Response {
    if (method === "GET") {
      return json({ notifications: this.notifications, unread: this.#unread, next_cursor: null });
    }
    const ids = path.endsWith("/snooze") ? [path.split("/")[2]] : body.ids;
    for (const one of this.notifications) {
      if (!Array.isArray(ids) || ids.includes(one.id)) one.read_at = AT;
    }
    this.#ring("notifications.read", { unread: this.#unread });
    return json({ unread: this.#unread });
  }

  undo(): void {
    this.#undo(this.changes.at(-1)?.change_id ?? 0);
  }

  /** Interrupt all streams, as a lost network does. */
  cut(): void {
    for (const stream of this.#streams) stream.error(new TypeError("network error"));
    this.#streams.clear();
  }

  /** How many streams are open. */
  get streams(): number {
    return this.#streams.size;
  }

  requests(method: string, path: RegExp): Sent[] {
    return this.sent.filter((one) => one.method === method && path.test(one.path));
  }

  #found(id: number): Task {
    const found = this.#tasks.get(id);
    if (!found) throw refusal(404, "task_not_found", "There is no such task.");
    return found;
  }

  #store(action: TaskChange["action"], stored: Task): void {
    this.#tasks.set(stored.id, stored);
    this.#publish(action, stored.id, stored);
  }

  #publish(action: TaskChange["action"], id: number, after: Task | null): void {
    const made = change(this.changes.length + 1, action, id, after);
    const inTurn = { turn_id: this.turnId, created_at: new Date().toISOString() };
    const published = this.turnId ? { ...made, ...inTurn } : made;
    this.changes.push(published);
    if (this.isStreaming) for (const stream of this.#streams) stream.enqueue(written(published));
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const [, place = "", query = ""] = PATH.exec(path) ?? [];
    const headers = new Headers(init.headers);
    const sent = {
      method: init.method ?? "GET",
      path: place + (query && `?${query}`),
      body: init.body ? JSON.parse(String(init.body)) : {},
      lastEventId: headers.get("last-event-id"),
    };
    this.sent.push(sent);
    try {
      return (await this.instead(sent)) ?? this.#respond(sent, place, query, init.signal);
    } catch (refused) {
      if (refused instanceof Response) return refused;
      throw refused;
    }
  }

  #respond(sent: Sent, place: string, query: string, signal?: AbortSignal | null): Response {
    const [, kind, last] = place.split("/");
    if (kind === "notifications") return this.#respondOnNotifications(sent);
    if (kind === "parse") return json(parseLine(new URLSearchParams(query)));
    if (kind === "lists") return this.#respondOnLists(sent, Number(last), query);
    if (last === "events") return this.#follow(sent.lastEventId, signal);
    if (last === "undo") return json(this.#undo(Number(sent.body.change_id)));
    if (last === undefined) {
      if (sent.method === "GET") return json(this.#list(new URLSearchParams(query)));
      return json(this.add(sent.body as Task), 201);
    }
    const id = Number(last);
    if (sent.method === "GET") return json(this.#found(id));
    if (sent.method === "PATCH") return json(this.change(id, sent.body));
    this.delete(id);
    return new Response(null, { status: 204 });
  }

  #respondOnLists({ method, body }: Sent, id: number, query: string): Response {
    if (method === "GET") return json({ lists: this.lists.map((list) => this.#counted(list)) });
    if (method === "POST") return json(this.addList(String(body.name)), 201);
    const list = this.lists.find((one) => one.id === id);
    if (!list) throw refusal(404, "list_not_found", "There is no such list.");
    if (method === "PATCH") return json(this.#changeList(list, body));
    this.#deleteList(list, query === "tasks=delete");
    return new Response(null, { status: 204 });
  }

  #changeList(list: TodoList, { name, archived }: Record<string, unknown>): TodoList {
    const inIt = this.tasks.filter((one) => one.list === list.name);
    if (archived !== undefined) list.archived_at = archived ? AT : null;
    if (typeof name === "string") list.name = name;
    for (const one of inIt) this.#tasks.set(one.id, { ...one, list: list.name });
    return this.#counted(list);
  }

  #deleteList(list: TodoList, withTasks: boolean): void {
    this.lists = this.lists.filter((one) => one !== list);
    for (const { id } of this.tasks.filter((one) => one.list === list.name)) {
      if (withTasks) this.delete(id);
      else this.change(id, { list: null });
    }
  }

  #counted(list: TodoList): TodoList {
    const open = this.tasks.filter((one) => !one.completed && one.list === list.name);
    return { ...list, open_tasks: open.length };
  }

  #list(query: URLSearchParams) {
    const filter = filterOf(query);
    const all = this.tasks.filter((one) => matches(one, filter)).sort(compareBy(filter.sort));
    const start = Number(query.get("cursor") ?? 0);
    const end = start + Number(query.get("limit") ?? PAGE);
    return {
      tasks: all.slice(start, end),
      total: all.length,
      next_cursor: end < all.length ? String(end) : null,
    };
  }

  #undo(changeId: number) {
    const last = this.changes.findLast(({ action }) => action !== "undone");
    const restored = last && this.#deleted.get(last.task_id);
    if (last?.change_id !== changeId || !restored) {
      throw refusal(409, "not_the_newest_change", "Other changes came after this one.");
    }
    const back = { ...restored, version: restored.version + 2 };
    this.#deleted.delete(back.id);
    this.#store("undone", back);
    return { task_id: back.id, undone: last.action, task: back };
  }

  #follow(lastEventId: string | null, signal?: AbortSignal | null): Response {
    const after = lastEventId === null ? this.changes.length : Number(lastEventId);
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        stream.enqueue(written({ type: "tasks.ready", change_id: after }));
        for (const missed of this.changes.slice(after)) stream.enqueue(written(missed));
        this.#streams.add(stream);
        const beat = () => {
          if (!this.beats || !this.#streams.has(stream)) return;
          stream.enqueue(new TextEncoder().encode(": ping\r\n\r\n"));
          setTimeout(beat, BEAT_MS);
        };
        beat();
        signal?.addEventListener("abort", () => {
          if (this.#streams.delete(stream)) stream.error(new DOMException("", "AbortError"));
        });
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
}

/** A problem response of the API. */
export function refusal(status: number, code: string, title: string): Response {
  return json({ title, status, code }, status);
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });
}

function written({ type, ...data }: { type?: string; change_id: number }): Uint8Array {
  const text = `id: ${data.change_id}\r\nevent: ${type}\r\ndata: ${JSON.stringify(data)}\r\n\r\n`;
  return new TextEncoder().encode(text);
}

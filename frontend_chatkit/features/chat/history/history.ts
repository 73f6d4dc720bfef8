import type { Protocol } from "@/features/chat/protocol/client";
import type { Thread } from "@/features/chat/protocol/types";
import { sentence } from "@/lib/bff";

/** The conversations that were read so far, the last used first. */
export type Threads = {
  threads: Thread[];
  phase: "loading" | "ready";
  /** Where the list goes on, if it does. */
  more: string | null;
  trouble: string | null;
};

const PAGE = 30;
const NOTHING: Threads = { threads: [], phase: "loading", more: null, trouble: null };

/** The user's conversations. What goes wrong in reading them is part of the state. */
export class History {
  private readonly protocol: Protocol;
  private state = NOTHING;
  private readonly listeners = new Set<() => void>();

  constructor(protocol: Protocol) {
    this.protocol = protocol;
  }

  readonly now = (): Threads => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Read the list from its start. */
  async load(): Promise<void> {
    await this.read(null, []);
  }

  /** Read the next page. */
  async loadMore(): Promise<void> {
    if (this.state.more) await this.read(this.state.more, this.state.threads);
  }

  /** Note a conversation's title; one that is new here, or used just now, comes first. */
  note(id: string, title: string, used = false): void {
    const known = this.state.threads.find((thread) => thread.id === id);
    const named = { created_at: new Date().toISOString(), ...known, id, title };
    const others = this.state.threads.filter((thread) => thread.id !== id);
    const inPlace = this.state.threads.map((thread) => (thread.id === id ? named : thread));
    this.change({ threads: known && !used ? inPlace : [named, ...others] });
  }

  /** Give a conversation another title. Throws as `bff` does. */
  async rename(id: string, title: string): Promise<void> {
    const renamed = await this.protocol.ask("threads.update", { thread_id: id, title });
    this.note(id, renamed.title ?? title);
  }

  /** Delete a conversation; its tasks stay. Throws as `bff` does. */
  async remove(id: string): Promise<void> {
    await this.protocol.ask("threads.delete", { thread_id: id });
    this.change({ threads: this.state.threads.filter((thread) => thread.id !== id) });
  }

  private async read(after: string | null, before: Thread[]): Promise<void> {
    this.change({ phase: "loading", trouble: null });
    try {
      const page = await this.protocol.ask("threads.list", { limit: PAGE, order: "desc", after });
      const known = new Set(before.map(({ id }) => id));
      const threads = [...before, ...page.data.filter(({ id }) => !known.has(id))];
      this.change({ threads, more: page.has_more ? (page.after ?? null) : null, phase: "ready" });
    } catch (error) {
      this.change({ phase: "ready", trouble: sentence(error) });
    }
  }

  private change(change: Partial<Threads>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

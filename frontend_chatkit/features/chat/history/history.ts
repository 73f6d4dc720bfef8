"use client";

import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { Conversation } from "@/features/chat/conversation/reducer";
import type { Protocol } from "@/features/chat/protocol/client";
import type { Thread } from "@/features/chat/protocol/types";
import { errorMessage } from "@/lib/bff";

/** The conversations that were loaded so far, the last used first. */
export type Threads = {
  threads: Thread[];
  phase: "loading" | "ready";
  /** The cursor of the next page, if there is one. */
  more: string | null;
  error: string | null;
};

const PAGE = 30;
const INITIAL_STATE: Threads = { threads: [], phase: "loading", more: null, error: null };

/** The user's conversations. Errors of loading them are part of the state. */
export class History {
  private readonly protocol: Protocol;
  private state = INITIAL_STATE;
  private readonly listeners = new Set<() => void>();
  /** What has happened to conversations since a page was asked for, which it may not show. */
  private readonly meanwhile = new Map<string, "used" | "named" | "deleted">();

  constructor(protocol: Protocol) {
    this.protocol = protocol;
  }

  readonly now = (): Threads => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Load the list from its start. */
  async load(): Promise<void> {
    await this.loadPage(null);
  }

  /** Load the next page. */
  async loadMore(): Promise<void> {
    if (this.state.more) await this.loadPage(this.state.more);
  }

  /** Update the title of a conversation; a new one, or one that was just used, moves to the top. */
  update(id: string, title: string, used = false): void {
    const known = this.state.threads.find((thread) => thread.id === id);
    const updated = { created_at: new Date().toISOString(), ...known, id, title };
    const others = this.state.threads.filter((thread) => thread.id !== id);
    const inPlace = this.state.threads.map((thread) => (thread.id === id ? updated : thread));
    if (used || !this.meanwhile.has(id)) this.meanwhile.set(id, used ? "used" : "named");
    this.change({ threads: known && !used ? inPlace : [updated, ...others] });
  }

  /** Rename a conversation. Throws as `bff` does. */
  async rename(id: string, title: string): Promise<void> {
    const renamed = await this.protocol.request("threads.update", { thread_id: id, title });
    this.update(id, renamed.title ?? title);
  }

  /** Delete a conversation; its tasks stay. Throws as `bff` does. */
  async remove(id: string): Promise<void> {
    await this.protocol.request("threads.delete", { thread_id: id });
    this.meanwhile.set(id, "deleted");
    this.change({ threads: this.state.threads.filter((thread) => thread.id !== id) });
  }

  private async loadPage(after: string | null): Promise<void> {
    this.meanwhile.clear();
    this.change({ phase: "loading", error: null });
    try {
      const page = await this.protocol.request("threads.list", {
        limit: PAGE,
        order: "desc",
        after,
      });
      const current = page.data.filter(({ id }) => this.meanwhile.get(id) !== "deleted");
      const before = after ? this.state.threads : this.firstOf(current);
      const threads = [...before, ...this.withNames(current).filter(isNotIn(before))];
      this.change({ threads, more: page.has_more ? (page.after ?? null) : null, phase: "ready" });
    } catch (error) {
      this.change({ phase: "ready", error: errorMessage(error) });
    }
  }

  /** Return what stands before a first page that was asked for some time ago: what was used since. */
  private firstOf(page: Thread[]): Thread[] {
    const isMissing = isNotIn(page);
    return this.state.threads.filter((thread) => {
      const what = this.meanwhile.get(thread.id);
      return what === "used" || (what === "named" && isMissing(thread));
    });
  }

  private withNames(page: Thread[]): Thread[] {
    const titles = new Map(this.state.threads.map(({ id, title }) => [id, title]));
    return page.map((thread) =>
      this.meanwhile.has(thread.id) ? { ...thread, title: titles.get(thread.id) } : thread,
    );
  }

  private change(change: Partial<Threads>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

function isNotIn(threads: Thread[]): (thread: Thread) => boolean {
  const ids = new Set(threads.map(({ id }) => id));
  return ({ id }) => !ids.has(id);
}

/** Return the user's conversations and their state; the title of the open one is kept up to date. */
export function useHistory(protocol: Protocol, { threadId, title, phase }: Conversation) {
  const history = useMemo(() => new History(protocol), [protocol]);
  const state = useSyncExternalStore(history.subscribe, history.now, history.now);

  useEffect(() => {
    void history.load();
  }, [history]);

  const used = phase === "replying";
  useEffect(() => {
    if (threadId && title) history.update(threadId, title, used);
  }, [history, threadId, title, used]);

  return [history, state] as const;
}

"use client";

import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { NO_FILTER } from "@/features/tasks/filter";
import type { Task } from "@/features/tasks/task";
import { useCommands } from "@/features/tasks/use-commands";
import { useOpened } from "@/features/tasks/use-opened";
import { useTasks } from "@/features/tasks/use-tasks";
import { useToday } from "@/features/tasks/use-today";
import { taskOf } from "@/features/tasks/view";

// The newest changes first: those are the tasks that conversations are about.
const RECENT = { ...NO_FILTER, status: "all", sort: "-updated" } as const;

const EditDialog = lazy(async () => ({
  default: (await import("@/features/tasks/edit-dialog")).EditDialog,
}));

export type ChatTasks = {
  today: string;
  /** Return a task as it is now: null if it is deleted, undefined until that is known. */
  taskOf: (id: number) => Task | null | undefined;
  /** Load the tasks of these numbers that are not loaded yet. */
  load: (ids: readonly number[]) => void;
  onTick: (task: Task, completed: boolean) => void;
  onEdit: (task: Task) => void;
  onDelete: (task: Task) => void;
};

const ChatTasksContext = createContext<ChatTasks | null>(null);

/** Provides the tasks that the replies of the chat show, in sync with the server. */
export function ChatTasksProvider({ children }: { children: ReactNode }) {
  const tasks = useTasks(RECENT);
  const commands = useCommands(tasks);
  const today = useToday();
  const missing = useRef(new Set<number>());
  const { state, store, find } = tasks;
  const [openId, edit] = useEdited();
  const opened = useOpened(openId, find, () => edit(null));
  const listNames = useListNames(openId !== null);

  const latest = useRef(commands);
  latest.current = commands;
  const value = useMemo<ChatTasks>(
    () => ({
      today,
      taskOf: (id) => {
        if (state.cached[id]) return taskOf(state, id);
        return missing.current.has(id) ? null : undefined;
      },
      load: (ids) => {
        if (store.get().reach === null) return;
        for (const id of ids) {
          if (store.get().cached[id] || missing.current.has(id)) continue;
          missing.current.add(id);
          find(id).then(
            () => missing.current.delete(id),
            () => undefined,
          );
        }
      },
      onTick: (task, completed) => void latest.current.update(task, { completed }),
      onEdit: (task) => edit(task.id),
      onDelete: (task) => void latest.current.remove(task),
    }),
    [today, state, store, find, edit],
  );

  return (
    <ChatTasksContext value={value}>
      {children}
      {opened && (
        <Suspense fallback={null}>
          <EditDialog
            key={opened.id}
            opened={opened}
            current={taskOf(state, opened.id)}
            today={today}
            listNames={listNames}
            onClose={() => edit(null)}
            onSave={(update) => {
              void commands.update(opened, update);
              edit(null);
            }}
            onDelete={() => {
              void commands.remove(opened);
              edit(null);
            }}
          />
        </Suspense>
      )}
    </ChatTasksContext>
  );
}

/** Return the tasks of the chat. */
export function useChatTasks(): ChatTasks {
  const tasks = useContext(ChatTasksContext);
  if (!tasks) throw new Error("useChatTasks needs a ChatTasksProvider above it.");
  return tasks;
}

/** The names of the lists, once they are needed. */
function useListNames(isNeeded: boolean): string[] {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    if (!isNeeded) return;
    import("@/features/tasks/list-requests")
      .then(({ loadListNames }) => loadListNames())
      // Without them the field takes a name as well.
      .then(setNames, () => undefined);
  }, [isNeeded]);
  return names;
}

/** The number of the task that is edited; the focus returns to where it was. */
function useEdited() {
  const [id, setId] = useState<number | null>(null);
  const from = useRef<Element | null>(null);
  useEffect(() => {
    if (id === null) return;
    return () => {
      requestAnimationFrame(() => (from.current as HTMLElement | null)?.focus());
    };
  }, [id]);
  const edit = useMemo(
    () => (next: number | null) => {
      if (next !== null) from.current = document.activeElement;
      setId(next);
    },
    [],
  );
  return [id, edit] as const;
}

"use client";

import { useToast } from "@/components/ui/toast";
import type { NewTask, Task, TaskUpdate } from "@/features/tasks/task";
import type { LiveTasks } from "@/features/tasks/use-tasks";
import { view } from "@/features/tasks/view";
import { errorMessage } from "@/lib/bff";

const UNDO_SECONDS = 10;

const RESTORED = {
  restored: null,
  copied: "It was added again as a new task.",
  overtaken: "Other changes came after it, so it was added again as a new task.",
};

/** The commands of the page, each with the messages about its result. */
export function useCommands({ store, add, change, remove, restore }: LiveTasks) {
  const toast = useToast();
  const fail = (message: string) => (error: unknown) => {
    toast(`${message} ${errorMessage(error)}`, { tone: "danger" });
    return null;
  };
  const isShown = (id: number) => view(store.get()).tasks.some((task) => task.id === id);

  const update = async (task: Task, changes: TaskUpdate) => {
    if (Object.keys(changes).length === 0) return;
    await change(task.id, changes).catch(fail(`“${task.title}” could not be changed.`));
  };

  const bringBack = async (task: Task) => {
    const how = await restore(task).catch(fail(`“${task.title}” could not be brought back.`));
    const message = how && RESTORED[how];
    if (message) toast(message);
  };

  return {
    update,
    add: async (task: NewTask) => {
      const adding = add(task);
      const added = await adding.catch(fail(`“${task.title}” could not be added.`));
      if (added && !isShown(added.id)) {
        toast(`“${added.title}” was added. It is further down the list, or hidden by the filters.`);
      }
      return adding.then(
        () => true,
        () => false,
      );
    },
    tick: async (task: Task, completed: boolean) => {
      await update(task, { completed });
      if (isShown(task.id) || store.get().cached[task.id]?.task?.completed !== completed) return;
      toast(completed ? `“${task.title}” is done.` : `“${task.title}” is open again.`, {
        action: { label: "Undo", run: () => void update(task, { completed: !completed }) },
      });
    },
    remove: async (task: Task) => {
      const removing = remove(task).then(() => true);
      if (!(await removing.catch(fail(`“${task.title}” could not be deleted.`)))) return;
      toast(`“${task.title}” was deleted.`, {
        seconds: UNDO_SECONDS,
        action: { label: "Undo", run: () => void bringBack(task) },
      });
    },
  };
}

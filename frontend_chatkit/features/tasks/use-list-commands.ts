"use client";

import { useToast } from "@/components/ui/toast";
import {
  createList,
  deleteList,
  type ListTasks,
  type TodoList,
  updateList,
} from "@/features/tasks/list-requests";
import { ALL, isSamePlace, type Place } from "@/features/tasks/place";
import { errorMessage } from "@/lib/bff";

type Context = { place: Place; refresh: () => Promise<void>; onGo: (place: Place) => void };

const placeOf = (name: string): Place => ({ view: null, list: name });

/**
 * What the rail does with lists. Those with a dialog throw where the API refuses, so that the dialog
 * shows why and stays open.
 */
export function useListCommands({ place, refresh, onGo }: Context) {
  const toast = useToast();
  const isHere = (list: TodoList) => isSamePlace(place, placeOf(list.name));

  const archive = async (list: TodoList, archived: boolean): Promise<void> => {
    try {
      await updateList(list.id, { archived });
      await refresh();
    } catch (error) {
      toast(errorMessage(error), { tone: "danger" });
      return;
    }
    if (archived && isHere(list)) onGo(ALL);
    toast(archived ? `“${list.name}” is archived.` : `“${list.name}” is back.`, {
      action: { label: "Undo", run: () => void archive(list, !archived) },
    });
  };

  return {
    archive,
    create: async (name: string) => {
      await createList(name);
      await refresh();
      onGo(placeOf(name));
    },
    rename: async (list: TodoList, name: string) => {
      await updateList(list.id, { name });
      if (isHere(list)) onGo(placeOf(name));
      await refresh();
    },
    remove: async (list: TodoList, tasks: ListTasks) => {
      await deleteList(list.id, tasks);
      if (isHere(list)) onGo(ALL);
      await refresh();
      toast(`The list “${list.name}” was deleted.`);
    },
  };
}

import { apiQueryOf, type Filter, INBOX, NO_FILTER } from "@/features/tasks/filter";
import { api } from "@/lib/api";
import type { components } from "@/lib/api-schema";

const ME = { user_id: "me" };
const PATH = "/api/{user_id}/lists";
const ONE = "/api/{user_id}/lists/{list_id}";

export type TodoList = components["schemas"]["ListOut"];
export type ListTasks = "move_to_inbox" | "delete";

/** The user's lists, and how many open tasks there are without a list, until today, and later. */
export type Lists = {
  lists: TodoList[];
  archived: TodoList[];
  inbox: number;
  today: number;
  upcoming: number;
};

/** Load the lists with their counts. */
export async function loadLists(today: string): Promise<Lists> {
  const query = { archived: true };
  const [all, inbox, dueToday, upcoming] = await Promise.all([
    api.GET(PATH, { params: { path: ME, query } }),
    countOf({ list: INBOX }),
    countOf({ view: "today", today }),
    countOf({ view: "upcoming", today }),
  ]);
  const lists = all.data?.lists ?? [];
  return {
    lists: lists.filter((list) => !list.archived_at),
    archived: lists.filter((list) => list.archived_at),
    inbox,
    today: dueToday,
    upcoming,
  };
}

/** Load the names of the lists that are not archived. */
export async function loadListNames(): Promise<string[]> {
  const { data } = await api.GET(PATH, { params: { path: ME } });
  return data?.lists.map(({ name }) => name) ?? [];
}

async function countOf(some: Partial<Filter>): Promise<number> {
  const query = { ...apiQueryOf({ ...NO_FILTER, ...some }), limit: 1 } as const;
  const { data } = await api.GET("/api/{user_id}/tasks", { params: { path: ME, query } });
  return data?.total ?? 0;
}

export async function createList(name: string): Promise<void> {
  await api.POST(PATH, { params: { path: ME }, body: { name } });
}

export async function updateList(
  id: number,
  body: { name: string } | { archived: boolean },
): Promise<void> {
  await api.PATCH(ONE, { params: { path: { ...ME, list_id: id } }, body });
}

/** Delete a list; `tasks` says what becomes of the tasks in it. */
export async function deleteList(id: number, tasks: ListTasks): Promise<void> {
  await api.DELETE(ONE, { params: { path: { ...ME, list_id: id }, query: { tasks } } });
}

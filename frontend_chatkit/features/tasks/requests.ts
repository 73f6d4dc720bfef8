import { apiQueryOf, type Filter } from "@/features/tasks/filter";
import type { NewTask, Task, TaskPage, TaskUpdate } from "@/features/tasks/task";
import { api } from "@/lib/api";
import type { components, operations } from "@/lib/api-schema";

export const ME = { user_id: "me" };

type Undone = components["schemas"]["UndoneOut"];
type ListQuery = NonNullable<
  operations["list_tasks_api__user_id__tasks_get"]["parameters"]["query"]
>;
type Paging = { limit: number; cursor?: string; signal?: AbortSignal };

/** Load a page of the tasks that match. */
export async function listTasks(filter: Filter, { signal, ...paging }: Paging): Promise<TaskPage> {
  const query = { ...apiQueryOf(filter), ...paging } as ListQuery;
  const path = { path: ME, query };
  return bodyOf(await api.GET("/api/{user_id}/tasks", { params: path, signal }));
}

export async function getTask(id: number): Promise<Task> {
  const params = { path: { ...ME, task_id: id } };
  return bodyOf(await api.GET("/api/{user_id}/tasks/{task_id}", { params }));
}

export async function addTask(task: NewTask): Promise<Task> {
  const body = { description: "", priority: "none" as const, tags: [], ...task };
  return bodyOf(await api.POST("/api/{user_id}/tasks", { params: { path: ME }, body }));
}

export async function updateTask(id: number, body: TaskUpdate): Promise<Task> {
  const params = { path: { ...ME, task_id: id } };
  return bodyOf(await api.PATCH("/api/{user_id}/tasks/{task_id}", { params, body }));
}

export async function deleteTask(id: number): Promise<void> {
  const params = { path: { ...ME, task_id: id } };
  await api.DELETE("/api/{user_id}/tasks/{task_id}", { params });
}

/** Undo a change. Throws `not_the_newest_change` if a newer one exists. */
export async function undo(changeId: number): Promise<Undone> {
  const body = { change_id: changeId };
  return bodyOf(await api.POST("/api/{user_id}/tasks/undo", { params: { path: ME }, body }));
}

/** Return the body of a response. */
export function bodyOf<T>({ data }: { data?: T }): T {
  if (data === undefined) throw new Error("The API answered without a body.");
  return data;
}

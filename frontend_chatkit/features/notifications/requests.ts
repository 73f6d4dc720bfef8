import { api } from "@/lib/api";
import type { components } from "@/lib/api-schema";

const ME = { user_id: "me" };
const SHOWN = 20;

export type AppNotification = components["schemas"]["NotificationOut"];
export type NotificationPage = Pick<
  components["schemas"]["NotificationPageOut"],
  "notifications" | "unread"
>;

/** Load the newest notifications, and how many are unread. */
export async function loadNotifications(): Promise<NotificationPage> {
  const params = { path: ME, query: { limit: SHOWN } };
  const { data } = await api.GET("/api/{user_id}/notifications", { params });
  return data ?? { notifications: [], unread: 0 };
}

/** Mark notifications as read: these, or all. */
export async function readNotifications(ids: string[] | null = null): Promise<void> {
  await api.POST("/api/{user_id}/notifications/read", { params: { path: ME }, body: { ids } });
}

/** Remind of the task again in an hour. */
export async function snooze(id: string): Promise<void> {
  const params = { path: { ...ME, notification_id: id } };
  await api.POST("/api/{user_id}/notifications/{notification_id}/snooze", { params, body: null });
}

/** Complete the task of a notification. */
export async function completeTask(taskId: number): Promise<void> {
  const params = { path: { ...ME, task_id: taskId } };
  await api.PATCH("/api/{user_id}/tasks/{task_id}", { params, body: { completed: true } });
}

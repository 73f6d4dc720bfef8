import { undo } from "@/features/tasks/requests";
import { api } from "@/lib/api";

/** Return whether a turn belongs to a conversation. */
export async function isTurnOf(turnId: string, threadId: string): Promise<boolean> {
  const params = { path: { user_id: "me", turn_id: turnId } };
  const { data } = await api.GET("/api/{user_id}/turns/{turn_id}", { params });
  return data?.conversation_id === threadId;
}

/** Take back all that the turn of this change did, if nothing was changed since. Throws as `bff` does. */
export const takeBack = undo;

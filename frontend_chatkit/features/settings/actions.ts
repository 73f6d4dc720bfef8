"use server";

import { revalidatePath } from "next/cache";
import { disconnect } from "@/lib/auth/assistants";
import { requireUser } from "@/lib/session";

/** Take an assistant's access back. */
export async function disconnectAssistant(clientId: string): Promise<boolean> {
  const user = await requireUser();
  await disconnect(user.id, String(clientId));
  revalidatePath("/settings");
  return true;
}

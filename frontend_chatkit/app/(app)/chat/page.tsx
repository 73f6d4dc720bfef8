import type { Metadata } from "next";
import { cookies } from "next/headers";
import { Chat } from "@/features/chat";
import { NOTE_COOKIE, NOTE_DISMISSED } from "@/lib/assistant-note";
import { isAssistantBuiltIn } from "@/lib/built-in-assistant";
import { environment } from "@/lib/environment";

export const metadata: Metadata = { title: "Chat" };

export default async function ChatPage() {
  return <Chat hosted={environment().hostedChat} hasNote={await hasNote()} />;
}

/** Whether to show that the built-in assistant answers: not to who has dismissed it. */
async function hasNote(): Promise<boolean> {
  const stored = (await cookies()).get(NOTE_COOKIE)?.value;
  return stored !== NOTE_DISMISSED && (await isAssistantBuiltIn());
}

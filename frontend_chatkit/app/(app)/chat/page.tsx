import type { Metadata } from "next";
import { Chat } from "@/features/chat";
import { environment } from "@/lib/environment";

export const metadata: Metadata = { title: "Chat" };

export default function ChatPage() {
  return <Chat hosted={environment().hostedChat} />;
}

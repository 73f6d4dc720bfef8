import type { Metadata } from "next";
import { Chat } from "@/features/chat";

export const metadata: Metadata = { title: "Chat" };

export default function ChatPage() {
  return <Chat />;
}

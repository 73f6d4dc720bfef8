"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { createLiveStream, type LiveStream } from "@/features/tasks/live-stream";

const LiveContext = createContext<LiveStream | null>(null);

/** Provides the stream of changes that all parts of a page follow. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [stream] = useState(createLiveStream);
  return <LiveContext value={stream}>{children}</LiveContext>;
}

/** Return the page's stream of changes. */
export function useLiveStream(): LiveStream {
  const stream = useContext(LiveContext);
  if (!stream) throw new Error("useLiveStream needs a LiveProvider above it.");
  return stream;
}

"use client";

import { Broken } from "@/features/frame/broken";

export default function PageError({ reset }: { reset: () => void }) {
  return <Broken onRetry={reset} />;
}

"use client";

import { Broken } from "@/features/frame/broken";

export default function AppError({ reset }: { reset: () => void }) {
  return <Broken onRetry={reset} />;
}

import { useCallback, useState } from "react";
import { errorMessage } from "@/lib/bff";

/** Runs one piece of work at a time for a section, which shows that it is busy and why it failed. */
export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const attempt = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    await work().catch((caught: unknown) => setError(errorMessage(caught)));
    setBusy(false);
  }, []);
  return { busy, error, setError, attempt };
}

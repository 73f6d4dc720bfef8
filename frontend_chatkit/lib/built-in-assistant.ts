import { environment } from "@/lib/environment";

const BUILT_IN = "offline";
const TIMEOUT_MS = 1000;

/** Whether the API answers with the built-in assistant; false while it is unreachable. */
export async function isAssistantBuiltIn(): Promise<boolean> {
  try {
    const response = await fetch(`${environment().apiUrl}/health`, {
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { model } = (await response.json()) as { model?: string };
    return model === BUILT_IN;
  } catch {
    return false;
  }
}

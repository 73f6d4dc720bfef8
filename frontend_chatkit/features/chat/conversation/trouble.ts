import type { Trouble } from "@/features/chat/conversation/reducer";
import { BffError, BffUnreachable, sentence } from "@/lib/bff";
import { StreamInterrupted } from "@/lib/event-stream";

/** What a button asked for was not done; the message is a sentence for people. */
export class ActionRefused extends Error {
  override readonly name = "ActionRefused";
}

/** Whether an error may be gone in a moment. */
export function isPassing(error: unknown): boolean {
  if (error instanceof BffError) return error.status >= 500 || error.status === 429;
  return error instanceof BffUnreachable || error instanceof StreamInterrupted;
}

/** Return what to tell about an error, and the remedy if it has one. */
export function troubleWith(error: unknown, remedy: Trouble["remedy"]): Trouble {
  const status = error instanceof BffError ? error.status : null;
  if (status === 401) return { message: sentence(error), remedy: "sign-in" };
  return { message: sentence(error), remedy: status === 404 ? null : remedy };
}

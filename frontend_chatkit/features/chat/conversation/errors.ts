import type { ConversationError } from "@/features/chat/conversation/reducer";
import { BffError, BffUnreachable, errorMessage } from "@/lib/bff";
import { StreamInterrupted } from "@/lib/event-stream";

/** The server refused an action of a widget; the message is for people. */
export class ActionRefused extends Error {
  override readonly name = "ActionRefused";
}

/** Whether an error may be temporary. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof BffError) return error.status >= 500 || error.status === 429;
  return error instanceof BffUnreachable || error instanceof StreamInterrupted;
}

/** Return the message of an error for people, and its remedy if it has one. */
export function errorFrom(error: unknown, remedy: ConversationError["remedy"]): ConversationError {
  const status = error instanceof BffError ? error.status : null;
  if (status === 401) return { message: errorMessage(error), remedy: "sign-in" };
  return { message: errorMessage(error), remedy: status === 404 ? null : remedy };
}

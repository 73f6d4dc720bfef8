import { EventParser, type ServerEvent } from "@/lib/sent-events";

/** An event of a reply: nothing resumes at its id. */
export type SentEvent = Omit<ServerEvent, "id">;

/** A stream ended before its time: the connection broke, fell silent, or brought nonsense. */
export class StreamCut extends Error {
  override readonly name = "StreamCut";
}

// The server sends a comment every 15 seconds.
const SILENCE_MS = 45_000;

/**
 * Read the events of a body, however it is torn into chunks (HTML standard, server-sent events).
 *
 * Throws StreamCut where it breaks, and AbortError when its request is aborted.
 */
export async function* sentEvents(
  body: ReadableStream<Uint8Array>,
  silenceMs = SILENCE_MS,
): AsyncGenerator<SentEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    while (true) {
      const { done, value } = await heard(reader, silenceMs);
      if (done) return;
      const events = parser.feed(decoder.decode(value, { stream: true }));
      for (const { event, data } of events) yield { event, data };
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

type Chunk = ReadableStreamReadResult<Uint8Array>;

async function heard(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  silenceMs: number,
): Promise<Chunk> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StreamCut("The stream fell silent.")), silenceMs);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (error) {
    if (error instanceof StreamCut || isAbort(error)) throw error;
    throw new StreamCut("The stream broke off.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an error says that its request was aborted. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

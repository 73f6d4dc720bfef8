import { createParser, type EventSourceMessage } from "eventsource-parser";

/** A stream ended early: the connection broke, fell silent, or sent data that can't be parsed. */
export class StreamInterrupted extends Error {
  override readonly name = "StreamInterrupted";
}

// The server sends a comment every 15 seconds.
export const SILENCE_MS = 40_000;

/**
 * Read the server-sent events of a response, as they arrive.
 *
 * Throws StreamInterrupted, and AbortError when the request is aborted.
 */
export async function* eventsOf(
  { body }: Response,
  silenceMs = SILENCE_MS,
): AsyncGenerator<EventSourceMessage> {
  if (!body) return;
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    while (true) {
      const { done, value } = await readWithin(reader, silenceMs);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

type Chunk = ReadableStreamReadResult<Uint8Array>;

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  silenceMs: number,
): Promise<Chunk> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    const error = new StreamInterrupted("The stream fell silent.");
    timer = setTimeout(() => reject(error), silenceMs);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (error) {
    if (error instanceof StreamInterrupted || isAbort(error)) throw error;
    throw new StreamInterrupted("The stream broke off.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Parse the JSON of an event. Throws StreamInterrupted if it is malformed. */
export function parseData<T>({ data }: EventSourceMessage): T {
  try {
    return JSON.parse(data) as T;
  } catch (cause) {
    throw new StreamInterrupted("An event of the stream is malformed.", { cause });
  }
}

/** Whether an error says that its request was aborted. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** One server-sent event. */
export type SentEvent = { event: string; data: string };

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
  const lines = new Lines();
  const events = new Events();
  try {
    while (true) {
      const { done, value } = await heard(reader, silenceMs);
      if (done) return;
      for (const line of lines.of(decoder.decode(value, { stream: true }))) {
        const event = events.after(line);
        if (event) yield event;
      }
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

class Lines {
  private rest = "";

  /** Return the lines that are whole by now. */
  of(text: string): string[] {
    const all = this.rest + text;
    // What may be the first half of a CRLF waits for the other.
    const whole = all.endsWith("\r") ? all.slice(0, -1) : all;
    const lines = whole.split(/\r\n|\r|\n/);
    this.rest = (lines.pop() ?? "") + all.slice(whole.length);
    return lines;
  }
}

class Events {
  private event = "";
  private data: string[] = [];

  /** Take a line, and return the event that it ends, if any. */
  after(line: string): SentEvent | null {
    if (line === "") return this.dispatched();
    const [field = "", ...rest] = line.split(":");
    const value = rest.join(":").replace(/^ /, "");
    if (field === "event") this.event = value;
    if (field === "data") this.data.push(value);
    return null;
  }

  private dispatched(): SentEvent | null {
    const event = this.data.length
      ? { event: this.event || "message", data: this.data.join("\n") }
      : null;
    this.event = "";
    this.data = [];
    return event;
  }
}

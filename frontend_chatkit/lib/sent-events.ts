/** One server-sent event; `id` is the last that the stream has told. */
export type ServerEvent = { id: string; event: string; data: string };

/** Reads server-sent events out of text as it comes in (WHATWG HTML, 9.2.6). */
export class EventParser {
  #rest = "";
  #id = "";
  #event = "";
  #data: string[] = [];

  /** Return the events that this text completes; comments, which keep a stream alive, are none. */
  feed(text: string): ServerEvent[] {
    const all = this.#rest + text;
    // What may be the first half of a CRLF waits for the other.
    const whole = all.endsWith("\r") ? all.slice(0, -1) : all;
    const lines = whole.split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? "") + all.slice(whole.length);
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line: string): ServerEvent[] {
    if (line === "") return this.#finish();
    const [name = "", ...rest] = line.split(":");
    const value = rest.join(":").replace(/^ /, "");
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id") this.#id = value;
    return [];
  }

  #finish(): ServerEvent[] {
    const [event, data] = [this.#event || "message", this.#data];
    this.#event = "";
    this.#data = [];
    return data.length ? [{ id: this.#id, event, data: data.join("\n") }] : [];
  }
}

export type ServerEvent = { id: string; event: string; data: string };

const LINE = /^([^\r\n]*)(?:\r\n|\n|\r(?!$))/;

/** Reads server-sent events out of text as it comes in (WHATWG HTML, 9.2.6). */
export class EventParser {
  #rest = "";
  #id = "";
  #event = "";
  #data: string[] = [];

  /** Return the events that this text completes; comments, which keep a stream alive, are none. */
  feed(text: string): ServerEvent[] {
    this.#rest += text;
    const events: ServerEvent[] = [];
    for (let line = LINE.exec(this.#rest); line; line = LINE.exec(this.#rest)) {
      this.#rest = this.#rest.slice(line[0].length);
      if (line[1]) this.#field(line[1]);
      else events.push(...this.#finish());
    }
    return events;
  }

  #field(line: string): void {
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id") this.#id = value;
  }

  #finish(): ServerEvent[] {
    const [event, data] = [this.#event || "message", this.#data];
    this.#event = "";
    this.#data = [];
    return data.length ? [{ id: this.#id, event, data: data.join("\n") }] : [];
  }
}

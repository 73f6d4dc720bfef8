import type { EventSourceMessage } from "eventsource-parser";
import { describe, expect, test } from "vitest";
import { eventsOf, parseData, StreamInterrupted } from "@/lib/event-stream";

const STREAM =
  ": ping - 2026\r\n\r\nid: 7\r\nevent: task.changed\r\ndata: one\r\ndata: lines é\r\n\r\n" +
  "data:x\n\ndata\rdata:  y: z\r\r: ping\n";
const EVENTS = [
  { id: "7", event: "task.changed", data: "one\nlines é" },
  { id: undefined, event: undefined, data: "x" },
  { id: undefined, event: undefined, data: "\n y: z" },
];

function response(...chunks: Uint8Array[]): Response {
  return new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    }),
  );
}

const bytes = (text: string) => new TextEncoder().encode(text);

async function all(from: Response, silenceMs?: number): Promise<EventSourceMessage[]> {
  const events: EventSourceMessage[] = [];
  for await (const event of eventsOf(from, silenceMs)) events.push(event);
  return events;
}

describe("FR-WEB-101, FR-WEB-208: server-sent events", () => {
  test("events are read wherever the network cuts the stream", async () => {
    const whole = bytes(STREAM);
    for (let cut = 0; cut <= whole.length; cut++) {
      const cutInTwo = response(whole.slice(0, cut), whole.slice(cut));
      expect(await all(cutInTwo)).toEqual(EVENTS);
    }
  });

  test("an event without data, and one that is not finished, is none", async () => {
    expect(await all(response(bytes("event: lost\n\ndata: half")))).toEqual([]);
  });

  test.each(["\u2028", "\u2029", "\u0085", "\v", "\f"])("%j ends no line", async (character) => {
    const data = `{"title":"Milk${character}eggs"}`;
    expect(await all(response(bytes(`data: ${data}\n\n`)))).toMatchObject([{ data }]);
  });

  test("a stream that breaks off is interrupted behind its last event", async () => {
    const chunks = [bytes("data: one\n\n")];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.pop();
        if (chunk) controller.enqueue(chunk);
        else controller.error(new TypeError("network error"));
      },
    });
    const events: EventSourceMessage[] = [];
    const read = async () => {
      for await (const event of eventsOf(new Response(body))) events.push(event);
    };
    await expect(read()).rejects.toBeInstanceOf(StreamInterrupted);
    expect(events).toHaveLength(1);
  });

  test("a stream that falls silent is interrupted", async () => {
    const silent = new Response(new ReadableStream());
    await expect(all(silent, 5)).rejects.toBeInstanceOf(StreamInterrupted);
  });

  test("an event that is not JSON interrupts the stream", () => {
    expect(() => parseData({ data: "{", event: undefined, id: undefined })).toThrow(
      StreamInterrupted,
    );
  });
});

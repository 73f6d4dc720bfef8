import { describe, expect, test } from "vitest";
import { type SentEvent, StreamCut, sentEvents } from "@/features/chat/protocol/sent-events";

const STREAM =
  ": ping\n\ndata: one\n\nevent: text.delta\r\nid: 4\r\ndata: two\r\ndata: lines é\r\n\r\ndata:three\r\r";

const TOLD: SentEvent[] = [
  { event: "message", data: "one" },
  { event: "text.delta", data: "two\nlines é" },
  { event: "message", data: "three" },
];

function torn(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size)
        controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
}

async function all(body: ReadableStream<Uint8Array>, silenceMs?: number): Promise<SentEvent[]> {
  const told: SentEvent[] = [];
  for await (const event of sentEvents(body, silenceMs)) told.push(event);
  return told;
}

describe("FR-WEB-101: the stream of a reply", () => {
  test.each([1, 2, 3, 5, 7, 1000])("a stream in chunks of %i bytes is read whole", async (size) => {
    expect(await all(torn(`${STREAM}data: x\n\n`, size))).toEqual([
      ...TOLD,
      { event: "message", data: "x" },
    ]);
  });

  test("an event that was not finished is none", async () => {
    expect(await all(torn("data: whole\n\ndata: half", 4))).toEqual([
      { event: "message", data: "whole" },
    ]);
  });

  test("a stream that breaks off is cut, after what it told", async () => {
    const chunks = [new TextEncoder().encode("data: one\n\n")];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.pop();
        if (chunk) controller.enqueue(chunk);
        else controller.error(new TypeError("network error"));
      },
    });
    const told: SentEvent[] = [];
    const read = async () => {
      for await (const event of sentEvents(body)) told.push(event);
    };
    await expect(read()).rejects.toBeInstanceOf(StreamCut);
    expect(told).toHaveLength(1);
  });

  test("a stream that falls silent is cut", async () => {
    await expect(all(new ReadableStream(), 5)).rejects.toBeInstanceOf(StreamCut);
  });
});

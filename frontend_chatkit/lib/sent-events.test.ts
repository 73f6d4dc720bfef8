import { describe, expect, test } from "vitest";
import { EventParser } from "@/lib/sent-events";

const STREAM =
  ': ping - 2026\r\n\r\nid: 7\r\nevent: task.changed\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:x\n\n' +
  "data\rdata:  y: z\r\r: ping\n";
const EVENTS = [
  { id: "7", event: "task.changed", data: '{"a":\n1}' },
  { id: "7", event: "message", data: "x" },
  { id: "7", event: "message", data: "\n y: z" },
];

describe("FR-WEB-101, FR-WEB-208: server-sent events", () => {
  test("events are read wherever the network cuts the stream", () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const parser = new EventParser();
      const events = [...parser.feed(STREAM.slice(0, cut)), ...parser.feed(STREAM.slice(cut))];
      expect(events).toEqual(EVENTS);
    }
  });

  test("an event without data, and one that is not finished, is none", () => {
    expect(new EventParser().feed("event: lost\n\ndata: half")).toEqual([]);
  });

  test.each(["\u2028", "\u2029", "\u0085", "\v", "\f"])("%j is no end of a line", (character) => {
    const data = `{"title":"Milk${character}eggs"}`;
    expect(new EventParser().feed(`data: ${data}\n\n`)).toEqual([
      { id: "", event: "message", data },
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { moved, piecesOf } from "@/features/tasks/spans";

const TEXT = "Pay tomorrow for tea";
const TOMORROW = { start: 4, end: 12 };

const left = (now: string) =>
  moved([TOMORROW], TEXT, now).map(({ start, end }) => now.slice(start, end));

describe("FR-WEB-220: the spans of a text that is edited", () => {
  test.each([
    ["an edit behind it", "Pay tomorrow for coffee"],
    ["an edit before it", "Pay Ada tomorrow for tea"],
    ["a text before all", "Please pay tomorrow for tea"],
    ["a cut before it", "tomorrow for tea"],
  ])("%s moves it along", (_, now) => expect(left(now)).toEqual(["tomorrow"]));

  test.each([
    ["an edit in it", "Pay tomrow for tea"],
    ["its removal", "Pay for tea"],
    ["an empty text", ""],
  ])("%s removes it", (_, now) => expect(left(now)).toEqual([]));

  test("cut the text into pieces, whatever their order", () => {
    const spans = [{ start: 13, end: 16 }, TOMORROW];
    expect(piecesOf(TEXT, spans).map(({ text, span }) => [text, span !== null])).toEqual([
      ["Pay ", false],
      ["tomorrow", true],
      [" ", false],
      ["for", true],
      [" tea", false],
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { daysAfter, fullDate, relativeDay, todayIn } from "@/features/tasks/due";

const SATURDAY = "2026-11-21";

describe("FR-WEB-201: due dates in words", () => {
  test.each([
    ["2026-11-21", "today"],
    ["2026-11-22", "tomorrow"],
    ["2026-11-20", "yesterday"],
    ["2026-11-27", "Friday"],
    ["2026-11-28", "28 Nov"],
    ["2026-11-15", "6 days ago"],
    ["2026-11-14", "14 Nov"],
    ["2027-01-02", "2 Jan 2027"],
  ])("%s is %s", (date, words) => {
    expect(relativeDay(date, SATURDAY)).toBe(words);
  });

  test("today is that of the user's zone", () => {
    const late = new Date("2026-11-21T23:30:00Z");
    expect(todayIn("UTC", late)).toBe("2026-11-21");
    expect(todayIn("Asia/Karachi", late)).toBe("2026-11-22");
    expect(todayIn("America/Los_Angeles", late)).toBe("2026-11-21");
  });

  test("days are counted over the ends of months, and said in full", () => {
    expect(daysAfter("2026-12-31", 1)).toBe("2027-01-01");
    expect(fullDate("2026-11-27")).toBe("Friday, 27 November 2026");
  });
});

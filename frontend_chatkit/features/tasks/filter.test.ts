import { describe, expect, test } from "vitest";
import {
  addressOf,
  compareBy,
  type Filter,
  matches,
  NO_FILTER,
  queryString,
} from "@/features/tasks/filter";
import { tagsOf } from "@/features/tasks/task";
import { tagsError } from "@/features/tasks/task-form";
import { task } from "@/features/tasks/testing/tasks";

const milk = task(1, {
  title: "Buy Milk",
  description: "two litres",
  due_on: "2026-11-25",
  priority: "high",
  tags: ["shop"],
  list: "Groceries",
});

describe("FR-WEB-202: a told change is judged by the filter as the server does", () => {
  test.each<[string, Partial<Filter>, boolean]>([
    ["every status", {}, true],
    ["open", { status: "pending" }, true],
    ["done", { status: "completed" }, false],
    ["words of the title in any case", { q: " milk" }, true],
    ["words of the notes", { q: "LITRES" }, true],
    ["other words", { q: "bread" }, false],
    ["its tag", { tag: "shop" }, true],
    ["another tag", { tag: "work" }, false],
    ["its priority", { priority: "high" }, true],
    ["another priority", { priority: "none" }, false],
    ["due until its day", { due_before: "2026-11-25" }, true],
    ["due before its day", { due_before: "2026-11-24" }, false],
    ["due from its day", { due_after: "2026-11-25" }, true],
    ["due after its day", { due_after: "2026-11-26" }, false],
    ["today and before", { view: "today", today: "2026-11-25" }, true],
    ["before its day has come", { view: "today", today: "2026-11-24" }, false],
    ["from tomorrow on", { view: "upcoming", today: "2026-11-24" }, true],
    ["on its day, when it is no longer upcoming", { view: "upcoming", today: "2026-11-25" }, false],
    ["its list in any case", { list: "groceries" }, true],
    ["another list", { list: "Work" }, false],
    ["the Inbox", { list: "inbox" }, false],
  ])("%s", (_, some, expected) => {
    expect(matches(milk, { ...NO_FILTER, status: "all", ...some })).toBe(expected);
  });

  test("a task without a date matches no dates", () => {
    expect(matches(task(1), { ...NO_FILTER, due_after: "2026-01-01" })).toBe(false);
  });

  test("the orders are those of the server, by number where keys are equal", () => {
    const tasks = [
      task(1, { title: "b", priority: "low", updated_at: "2026-11-21T10:00:00Z" }),
      task(2, { title: "A", due_on: "2026-12-01", updated_at: "2026-11-21T12:00:00Z" }),
      task(3, { title: "c", due_on: "2026-11-30", priority: "high" }),
      task(4, { title: "a" }),
    ];
    const order = (sort: Filter["sort"]) => tasks.toSorted(compareBy(sort)).map(({ id }) => id);
    expect(order("created")).toEqual([1, 2, 3, 4]);
    expect(order("-created")).toEqual([4, 3, 2, 1]);
    expect(order("due")).toEqual([3, 2, 1, 4]);
    expect(order("priority")).toEqual([3, 1, 2, 4]);
    expect(order("-updated")).toEqual([2, 1, 4, 3]);
    expect(order("title")).toEqual([2, 4, 1, 3]);
  });

  test("the address holds the filter, and nothing for what is not narrowed", () => {
    const filter = { ...NO_FILTER, status: "all", list: "Work", tag: "work", sort: "due" } as const;
    const query = queryString({ filter, task: 3 });
    expect(query).toBe("status=all&list=Work&tag=work&sort=due&task=3");
    expect(addressOf(query)).toEqual({ filter, task: 3 });
    expect(queryString({ filter: NO_FILTER, task: null })).toBe("");
    const today = { ...NO_FILTER, view: "today", today: "2026-11-25" } as const;
    expect(queryString({ filter: today, task: null })).toBe("view=today");
    expect(addressOf("view=today", "2026-11-25").filter).toEqual(today);
  });

  test("an address that makes no sense shows what is open", () => {
    const query = "status=maybe&priority=huge&sort=up&due_after=soon&task=-1";
    expect(addressOf(query)).toEqual({ filter: NO_FILTER, task: null });
  });
});

describe("FR-WEB-203: tags as people type them", () => {
  test("are read with and without #, commas and capitals, each once", () => {
    expect(tagsOf(" #Work, home  work ")).toEqual(["work", "home"]);
    expect(tagsOf("")).toEqual([]);
  });

  test("are refused with a reason where the server would refuse them", () => {
    expect(tagsError("work, café_2 to-do")).toBeNull();
    expect(tagsError("food!")).toContain("food!");
    expect(tagsError("x".repeat(41))).toContain("40");
    expect(tagsError("a b c d e f g h i j k")).toContain("10");
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, test, vi } from "vitest";
import { daysAfter, todayIn } from "@/features/tasks/due";
import { repeatChoices } from "@/features/tasks/repeat-choices";
import { FakeApi } from "@/features/tasks/testing/api";
import { address, press, show, showing } from "@/features/tasks/testing/board";
import { task } from "@/features/tasks/testing/tasks";

const TODAY = todayIn("UTC");
const TOMORROW = daysAfter(TODAY, 1);

afterEach(() => vi.unstubAllGlobals());

/** The titles under a heading. */
const under = (heading: string) =>
  within(screen.getByRole("list", { name: heading }))
    .getAllByRole("checkbox")
    .map((box) => box.getAttribute("aria-label"));
const rail = async () => within(await screen.findByRole("navigation", { name: "Lists and views" }));
const goTo = async (name: string | RegExp) =>
  userEvent.click(await (await rail()).findByRole("link", { name }));

function someTasks(): FakeApi {
  const api = new FakeApi([
    task(1, { title: "Some day" }),
    task(2, { title: "Late", due_on: daysAfter(TODAY, -2) }),
    task(3, { title: "Now", due_on: TODAY }),
    task(4, { title: "Soon", due_on: TOMORROW, list: "Work" }),
    task(5, { title: "Over", completed: true }),
  ]);
  api.addList("Work");
  return api;
}

describe("FR-WEB-214: open tasks by when they are due", () => {
  test("the page opens with them in groups, each change in its place", async () => {
    const api = someTasks();
    show();
    await showing("Late", "Now", "Soon", "Some day");
    expect(under("Overdue")).toEqual(["Late"]);
    expect(under("Today")).toEqual(["Now"]);
    expect(under("Upcoming")).toEqual(["Soon"]);
    expect(under("No date")).toEqual(["Some day"]);
    api.change(1, { due_on: TODAY });
    await waitFor(() => expect(under("Today")).toEqual(["Some day", "Now"]));
    expect(screen.queryByRole("list", { name: "No date" })).toBeNull();
  });

  test("what is to come is grouped by day", async () => {
    new FakeApi([task(1, { due_on: TOMORROW }), task(2, { due_on: daysAfter(TODAY, 400) })]);
    show("view=upcoming");
    await showing("Task 1", "Task 2");
    expect(under("Tomorrow")).toEqual(["Task 1"]);
    expect(screen.getAllByRole("heading", { level: 2, name: / \d{4}/ })).toHaveLength(1);
  });

  test("other orders have no groups", async () => {
    someTasks();
    show("sort=title");
    await showing("Late", "Now", "Some day", "Soon");
    expect(screen.getAllByRole("list", { name: "Tasks" })).toHaveLength(1);
  });
});

describe("FR-WEB-215: views and lists in the rail", () => {
  test("lead to their tasks, with the number of open ones", async () => {
    someTasks();
    show();
    expect(await (await rail()).findByRole("link", { name: /^Inbox\s*3\s*open$/ })).toBeDefined();
    await goTo(/^Today\s*2\s*open$/);
    await showing("Late", "Now");
    expect(address()).toBe("view=today");
    await goTo(/^Upcoming\s*1\s*open$/);
    await showing("Soon");
    await goTo(/^Inbox\s*3\s*open$/);
    await showing("Late", "Now", "Some day");
    await goTo(/^Work\s*1\s*open$/);
    await showing("Soon");
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Work");
  });

  test("the numbers follow changes made elsewhere", async () => {
    const api = someTasks();
    show();
    await (await rail()).findByRole("link", { name: /^Work\s*1\s*open$/ });
    api.add({ title: "More", list: "Work" });
    await (await rail()).findByRole("link", { name: /^Work\s*2\s*open$/ });
  });

  test("a task added in a list or a view belongs there", async () => {
    const api = someTasks();
    const user = show("list=Work");
    await showing("Soon");
    await user.type(screen.getByLabelText("Add a task"), "Slides{Enter}");
    await showing("Soon", "Slides");
    await goTo(/^Today/);
    await user.type(screen.getByLabelText("Add a task"), "Call{Enter}");
    await showing("Late", "Now", "Call");
    expect(api.tasks.slice(-2)).toMatchObject([{ list: "Work" }, { list: null, due_on: TODAY }]);
  });
});

describe("FR-WEB-216: lists", () => {
  test("are made and renamed", async () => {
    const api = someTasks();
    const user = show();
    await press("New list");
    await user.type(await screen.findByLabelText("Name"), "Garden");
    await user.click(screen.getByText("Make the list"));
    await waitFor(() => expect(address()).toBe("list=Garden"));
    await goTo(/^Work\s*1\s*open$/);
    await press("Change Work");
    await user.click(screen.getByRole("menuitem", { name: "Rename" }));
    await user.clear(await screen.findByLabelText("Name"));
    await user.type(screen.getByLabelText("Name"), "Office{Enter}");
    await waitFor(() => expect(address()).toBe("list=Office"));
    await showing("Soon");
    expect(api.lists.map(({ name }) => name)).toEqual(["Office", "Garden"]);
  });

  test("are shown as another tab names them", async () => {
    const api = someTasks();
    show();
    await waitFor(() => expect(api.streams).toBe(1));
    await (await rail()).findByRole("link", { name: /^Work/ });
    api.renameList(1, "Office");
    await (await rail()).findByRole("link", { name: /^Office/ });
  });

  test("are archived, which can be undone", async () => {
    const api = someTasks();
    const user = show("list=Work");
    await press("Change Work");
    await user.click(screen.getByRole("menuitem", { name: "Archive" }));
    expect(await screen.findByText("“Work” is archived.")).toBeDefined();
    expect(address()).toBe("");
    await press("Undo");
    expect(await screen.findByText("“Work” is back.")).toBeDefined();
    expect(api.lists[0]?.archived_at).toBeNull();
  });

  test("are deleted together with a decision about their tasks", async () => {
    const api = someTasks();
    const user = show("list=Work");
    await press("Change Work");
    await user.click(screen.getByRole("menuitem", { name: "Delete" }));
    expect(await screen.findByText("It has 1 open task.")).toBeDefined();
    await user.click(screen.getByLabelText("Delete its tasks too"));
    await user.click(screen.getByText("Delete list"));
    await showing("Late", "Now", "Some day");
    expect(api.lists).toEqual([]);
    expect(api.tasks.map(({ title }) => title)).not.toContain("Soon");
  });

  test("one that is refused says why", async () => {
    const api = someTasks();
    const user = show();
    await press("New list");
    api.instead = ({ method }) =>
      method === "POST"
        ? Response.json({ title: "Taken.", status: 409, code: "x" }, { status: 409 })
        : null;
    await user.type(await screen.findByLabelText("Name"), "work{Enter}");
    expect(await screen.findByText("Taken.")).toBeDefined();
  });
});

describe("FR-WEB-217: repeats", () => {
  test("are picked by the day of the task, or written in words", async () => {
    const api = new FakeApi([task(1, { title: "Milk", due_on: "2026-11-30" })]);
    const user = show("task=1");
    const repeat = await screen.findByLabelText("Repeat");
    await user.selectOptions(repeat, "Every Monday");
    await user.selectOptions(repeat, "In words…");
    await user.clear(screen.getByLabelText("Repeat in words"));
    await user.type(screen.getByLabelText("Repeat in words"), "every 3 days");
    await user.click(screen.getByText("Save"));
    await waitFor(() =>
      expect(api.requests("PATCH", /1/)[0]?.body).toEqual({ repeat: "every 3 days" }),
    );
  });

  test("of the end of a month can be on its last day", () => {
    const words = (day: string) => repeatChoices(day).map((choice) => choice.words);
    expect(words("2026-11-30")).toEqual([
      "daily",
      "weekdays",
      "every Monday",
      "every 2 weeks on Monday",
      "monthly on 30",
      "monthly on the last day",
      "yearly",
    ]);
    expect(words("2026-12-24")).not.toContain("monthly on the last day");
  });
});

test("FR-WEB-218: no numbers of the database and no dates of machines are shown", async () => {
  const due = { due_on: daysAfter(TODAY, 90), due_time: "17:00" };
  new FakeApi([task(4711, { title: "Milk", ...due })]);
  show("due_after=2026-01-31&task=4711");
  await screen.findByText("Edit task");
  await screen.findByRole("button", { name: /^Remove filter/ });
  const shown = document.body.textContent?.replace(address() ?? "", "");
  expect(shown).not.toMatch(/4711|\d{4}-\d{2}-\d{2}/);
});

describe("FR-WEB-219: reminders", () => {
  const waiting = (spec: string) =>
    ({ spec, fires_at: "2199-12-24T16:00:00Z", status: "waiting" }) as const;

  test("are added and removed in the fields of a task", async () => {
    const due = { due_on: "2199-12-24", due_time: "17:00" };
    const api = new FakeApi([task(1, { ...due, reminders: [waiting("0m"), waiting("1d")] })]);
    const user = show("task=1");
    await user.selectOptions(await screen.findByLabelText("Reminders"), "10 minutes before");
    await user.click(screen.getByRole("button", { name: "Remove reminder 1 day before" }));
    api.instead = ({ method }) => (method === "PATCH" ? new Promise(() => undefined) : null);
    await user.click(screen.getByText("Save"));
    await waitFor(() =>
      expect(api.requests("PATCH", /1/)[0]?.body).toEqual({ reminders: ["0m", "10m"] }),
    );
  });

  test("show as a bell, with when they come", async () => {
    new FakeApi([
      task(1, { reminders: [waiting(`${TOMORROW}T17:00`)] }),
      task(2, { due_on: TOMORROW, reminders: [waiting("2h")] }),
      task(3, { due_on: TOMORROW, reminders: [{ ...waiting("1h"), status: "delivered" }] }),
    ]);
    show();
    expect(await screen.findByText("Tomorrow 17:00")).toBeDefined();
    expect(screen.getByText("2 hours before")).toBeDefined();
    expect(screen.queryByText("1 hour before")).toBeNull();
  });

  test("show no bell any more once they have fired", async () => {
    const api = new FakeApi([task(1, { reminders: [waiting("2026-12-24T17:00")] })]);
    show();
    await screen.findByText(/24 Dec.* 17:00/);
    const at = "2026-12-24T17:00:00Z";
    const bell = { id: "1", task_id: 1, title: "x", late: false, read_at: null };
    api.isStreaming = false;
    api.change(1, { reminders: [] });
    api.notify({ ...bell, fires_at: at, created_at: at });
    await waitFor(() => expect(screen.queryByText(/24 Dec.* 17:00/)).toBeNull());
  });
});

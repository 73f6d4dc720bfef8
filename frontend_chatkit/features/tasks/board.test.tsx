import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, test, vi } from "vitest";
import { daysAfter, todayIn } from "@/features/tasks/due";
import { FakeApi, refusal } from "@/features/tasks/testing/api";
import { address, box, press, show, showing, titles } from "@/features/tasks/testing/board";
import { task } from "@/features/tasks/testing/tasks";

const ALL = "status=all";
const TODAY = todayIn("UTC");

afterEach(() => vi.unstubAllGlobals());

describe("FR-WEB-201: the list", () => {
  test("says what is due when, what is overdue, how urgent it is and how it is tagged", async () => {
    new FakeApi([
      task(1, { title: "Late", due_on: daysAfter(TODAY, -3), priority: "high" }),
      task(2, {
        title: "Soon",
        due_on: daysAfter(TODAY, 1),
        due_time: "17:00",
        repeat_text: "every Monday",
        tags: ["work"],
      }),
      task(3, { title: "Over", due_on: daysAfter(TODAY, -1), completed: true }),
    ]);
    show(ALL);
    await showing("Over", "Soon", "Late");
    expect(screen.getByText("Overdue, 3 days ago")).toBeDefined();
    expect(screen.getByText("Tomorrow 17:00")).toBeDefined();
    expect(screen.getByText("every Monday")).toBeDefined();
    expect(screen.getByText("Yesterday")).toBeDefined();
    expect(within(screen.getByRole("list", { name: "Tasks" })).getByText("High")).toBeDefined();
    expect(screen.getByText("#work")).toBeDefined();
    expect(screen.getByText("3 tasks")).toBeDefined();
  });
});

describe("FR-WEB-202: filters, search and order", () => {
  const tasks = [
    task(1, { title: "Milk", tags: ["shop"] }),
    task(2, { title: "Slides", completed: true }),
    task(3, { title: "Bread", tags: ["shop"] }),
  ];

  test("narrow and order the list, and stand in the address", async () => {
    new FakeApi(tasks);
    const user = show(ALL);
    await user.click(await screen.findByRole("radio", { name: "Open" }));
    await showing("Milk", "Bread");
    await user.selectOptions(screen.getByLabelText("Sort"), "By title");
    await user.click(
      screen.getAllByRole("button", { name: "Show tasks tagged shop" })[0] as Element,
    );
    await user.type(screen.getByLabelText("Search tasks"), "mil");
    await showing("Milk");
    await waitFor(() => expect(address()).toBe("q=mil&tag=shop&sort=title"));
    await press("Remove filter #shop");
    expect(address()).toBe("q=mil&sort=title");
  });

  test("are read from the address", async () => {
    const api = new FakeApi(tasks);
    show("status=completed&q=sli");
    await showing("Slides");
    expect(api.requests("GET", /status=completed/)[0]?.path).toContain("q=sli");
    expect(screen.getByLabelText("Search tasks")).toHaveProperty("value", "sli");
  });

  test("that leave nothing can be cleared", async () => {
    new FakeApi(tasks);
    show("status=all&q=zebra&due_before=2020-01-01");
    expect(await screen.findByText("No task fits")).toBeDefined();
    await press("Clear filters");
    await showing("Bread", "Slides", "Milk");
    expect(screen.getByLabelText("Search tasks")).toHaveProperty("value", "");
  });
});

describe("FR-WEB-203: adding", () => {
  test("Enter adds what the line says, with what was said below it", async () => {
    const api = new FakeApi();
    const user = show(ALL);
    await screen.findByText("No tasks yet");
    await press("Date, list and more");
    await user.click(await screen.findByRole("button", { name: "Tomorrow" }));
    await user.type(screen.getByLabelText("Time"), "17:00");
    await user.selectOptions(screen.getByLabelText("Repeat"), "Every day");
    await user.type(screen.getByLabelText("List"), "Kitchen");
    await user.type(screen.getByRole("textbox", { name: "Tags" }), "Home");
    await user.type(screen.getByLabelText("Add a task"), " Bake   bread{Enter}");
    await showing("Bake bread");
    expect(screen.getByLabelText("Add a task")).toHaveProperty("value", "");
    expect(api.tasks).toMatchObject([
      {
        title: "Bake bread",
        due_on: daysAfter(TODAY, 1),
        due_time: "17:00",
        repeat: "daily",
        list: "Kitchen",
        tags: ["home"],
      },
    ]);
  });

  test("what could not be added is put back into the line, with the reason", async () => {
    const api = new FakeApi();
    const user = show(ALL);
    await screen.findByText("No tasks yet");
    api.instead = ({ method }) =>
      method === "POST" ? refusal(503, "database_unavailable", "The database is away.") : null;
    await user.type(screen.getByLabelText("Add a task"), "Bake bread{Enter}");
    expect(await screen.findByText(/could not be added. The database is away./)).toBeDefined();
    expect(screen.getByLabelText("Add a task")).toHaveProperty("value", "Bake bread");
    expect(titles()).toEqual([]);
  });

  test("a task that the filters hide is said to be added", async () => {
    new FakeApi();
    const user = show("status=completed");
    await user.type(await screen.findByLabelText("Add a task"), "Bake bread{Enter}");
    expect(await screen.findByText(/“Bake bread” was added/)).toBeDefined();
  });
});

describe("FR-WEB-204: editing", () => {
  test("sends only what was changed", async () => {
    const api = new FakeApi([
      task(1, {
        title: "Milk",
        description: "two litres",
        due_on: TODAY,
        repeat: "FREQ=WEEKLY;BYDAY=MO",
        repeat_text: "every Monday",
        tags: ["shop"],
      }),
    ]);
    const user = show(ALL);
    await box("Milk");
    await press("Edit Milk");
    const dialog = within(await screen.findByRole("dialog", { name: "Edit task" }));
    const title = dialog.getByLabelText("Title");
    await user.clear(title);
    await user.type(title, "Oat milk");
    await user.selectOptions(dialog.getByLabelText("Priority"), "High");
    await user.click(dialog.getByText("Save"));
    await box("Oat milk");
    await waitFor(() =>
      expect(api.requests("PATCH", /1/)[0]?.body).toEqual({ title: "Oat milk", priority: "high" }),
    );
    expect(screen.queryByText("Save")).toBeNull();
  });

  test("says that the task was changed or deleted elsewhere meanwhile", async () => {
    const api = new FakeApi([task(1)]);
    show("status=all&task=1");
    await screen.findByText("Save");
    api.change(1, { title: "Theirs" });
    expect(await screen.findByText(/changed elsewhere/)).toBeDefined();
    api.delete(1);
    expect(await screen.findByText(/deleted elsewhere/)).toBeDefined();
    expect(screen.getByText("Save")).toHaveProperty("disabled", true);
  });
});

describe("FR-WEB-205: what is refused is put right, with a message", () => {
  test("a tick that the server refuses is taken back", async () => {
    const api = new FakeApi([task(1)]);
    const user = show(ALL);
    await box("Task 1");
    api.instead = ({ method }) =>
      method === "PATCH" ? refusal(503, "database_unavailable", "The database is away.") : null;
    await user.click(await box("Task 1"));
    expect(await screen.findByText(/could not be changed. The database is away./)).toBeDefined();
    expect(await box("Task 1")).toHaveProperty("checked", false);
  });

  test("requests about one task go one after the other", async () => {
    const api = new FakeApi([task(1)]);
    const user = show(ALL);
    await box("Task 1");
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    api.instead = ({ method, body }) =>
      method === "PATCH" && body.completed
        ? held.then(() => Response.json(api.change(1, { completed: true })))
        : null;
    await user.click(await box("Task 1"));
    await user.click(await box("Task 1"));
    expect(api.requests("PATCH", /1/)).toHaveLength(1);
    release();
    await waitFor(() => expect(api.requests("PATCH", /1/)).toHaveLength(2));
    await waitFor(() => expect(api.tasks[0]?.completed).toBe(false));
    expect(await box("Task 1")).toHaveProperty("checked", false);
  });
});

describe("FR-WEB-207: pages", () => {
  test("more tasks are shown when they are asked for", async () => {
    new FakeApi(Array.from({ length: 60 }, (_, index) => task(index + 1)));
    show(ALL);
    await waitFor(() => expect(titles()).toHaveLength(50));
    expect(screen.getByText("60 tasks")).toBeDefined();
    await press(/Show more/);
    await waitFor(() => expect(titles()).toHaveLength(60));
    expect(screen.queryByRole("button", { name: /Show more/ })).toBeNull();
  });
});

describe("FR-WEB-208: changes made elsewhere", () => {
  test("appear, change and go without a reload", async () => {
    const api = new FakeApi([task(1)]);
    show(ALL);
    await showing("Task 1");
    api.add({ title: "By chat" });
    await showing("By chat", "Task 1");
    api.change(2, { title: "By mail", completed: true });
    await showing("By mail", "Task 1");
    expect(await box("By mail")).toHaveProperty("checked", true);
    api.delete(1);
    await showing("By mail");
    expect(api.requests("GET", /limit=50/)).toHaveLength(1);
  });

  test("made here show once", async () => {
    new FakeApi([task(1)]);
    const user = show(ALL);
    await showing("Task 1");
    await user.type(screen.getByLabelText("Add a task"), "Mine{Enter}");
    await showing("Mine", "Task 1");
    expect(screen.getByText("2 tasks")).toBeDefined();
  });
});

describe("FR-WEB-210: what shows in place of the list", () => {
  test("while it is read, a skeleton", async () => {
    const api = new FakeApi();
    api.instead = ({ path }) => (path.startsWith("/tasks?") ? new Promise(() => undefined) : null);
    show(ALL);
    expect(await screen.findByText("Loading your tasks")).toBeDefined();
  });

  test("where it can't be read, the reason and a way to try again", async () => {
    const api = new FakeApi([task(1)]);
    api.instead = ({ path }) =>
      path.startsWith("/tasks?") ? refusal(503, "api_unavailable", "The API is away.") : null;
    show(ALL);
    expect(await screen.findByRole("alert")).toHaveProperty(
      "textContent",
      expect.stringContaining("The API is away."),
    );
    api.instead = () => null;
    await press("Try again");
    await showing("Task 1");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("without changes being told, the list", async () => {
    const api = new FakeApi([task(1)]);
    api.instead = ({ path }) =>
      path.endsWith("/events") ? refusal(503, "draining", "Back soon.") : null;
    show(ALL);
    await showing("Task 1");
    expect(
      await screen.findByText(/can’t be reached at the moment/, {}, { timeout: 5000 }),
    ).toBeDefined();
  });

  test("for one who is signed out, the way to sign in", async () => {
    const api = new FakeApi();
    api.instead = () => refusal(401, "signed_out", "Sign in to continue.");
    show(ALL);
    const links = await screen.findAllByRole("link", { name: "Sign in" });
    expect(links[0]?.getAttribute("href")).toBe("/login?next=/tasks");
  });
});

describe("FR-WEB-211: a link to a task", () => {
  test("opens it, though it is not in the list", async () => {
    new FakeApi([task(1, { title: "Milk" }), task(2, { completed: true })]);
    show("status=completed&task=1");
    expect(await screen.findByDisplayValue("Milk")).toBeDefined();
    await userEvent.click(screen.getByText("Cancel"));
    expect(address()).toBe("status=completed");
    await showing("Task 2");
  });

  test("that is gone says so", async () => {
    new FakeApi([task(1)]);
    show("task=7");
    expect(await screen.findByText("This task does not exist any more.")).toBeDefined();
    expect(address()).toBe("");
  });
});

describe("FR-WEB-212: by keyboard", () => {
  test("the focus goes on to the neighbour of a deleted task", async () => {
    new FakeApi([task(1), task(2)]);
    const user = show(ALL);
    await showing("Task 2", "Task 1");
    screen.getByRole("button", { name: "Delete Task 2" }).focus();
    await user.keyboard("{Enter}");
    await showing("Task 1");
    await waitFor(() => expect(document.activeElement?.id).toBe("task-1"));
  });

  test("the focus returns to the task whose dialog is closed", async () => {
    new FakeApi([task(1), task(2)]);
    show("task=1");
    await userEvent.click(await screen.findByText("Cancel"));
    await waitFor(() => expect(document.activeElement?.id).toBe("task-1"));
  });
});

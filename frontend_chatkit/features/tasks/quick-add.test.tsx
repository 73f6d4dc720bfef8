import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { daysAfter, todayIn } from "@/features/tasks/due";
import { FakeApi, refusal } from "@/features/tasks/testing/api";
import { press, show, showing } from "@/features/tasks/testing/board";

const TODAY = todayIn("UTC");
const TAXES = "Submit taxes tomorrow at 5pm p1 #finance every month";

afterEach(() => vi.unstubAllGlobals());

const line = () => screen.findByLabelText<HTMLInputElement>("Add a task");
const chips = async () =>
  within(await screen.findByRole("list", { name: "Recognised" }))
    .getAllByRole("button")
    .map(({ textContent }) => textContent);
const marked = () => [...document.querySelectorAll("mark")].map(({ textContent }) => textContent);
const untilChips = (...labels: string[]) =>
  waitFor(async () => expect(await chips()).toEqual(labels));

describe("FR-WEB-220: what the line of a new task says", () => {
  test("is marked in it and shown below it, and Enter adds the task with it", async () => {
    const api = new FakeApi();
    const user = show();
    await user.type(await line(), TAXES);
    await untilChips("Tomorrow 17:00", "High priority", "#finance", "Monthly");
    expect(marked()).toEqual(["tomorrow at 5pm", "p1", "#finance", "every month"]);
    await user.keyboard("{Enter}");
    await showing("Submit taxes");
    expect(api.tasks).toMatchObject([
      {
        title: "Submit taxes",
        due_on: daysAfter(TODAY, 1),
        due_time: "17:00",
        priority: "high",
        tags: ["finance"],
        repeat: "monthly",
      },
    ]);
    expect((await line()).value).toBe("");
    await waitFor(() => expect(screen.queryByRole("list", { name: "Recognised" })).toBeNull());
  });

  test("stays in the title where its chip is removed, and the line is edited on", async () => {
    const api = new FakeApi();
    const user = show();
    await user.type(await line(), "Call p1 #finance");
    await untilChips("High priority", "#finance");
    await press("Leave in the title: High priority");
    await untilChips("#finance");
    expect(document.activeElement).toBe(await line());
    await user.keyboard("{Home}Please {End} today{Enter}");
    await showing("Please Call p1 today");
    expect(api.tasks).toMatchObject([{ priority: "none", tags: ["finance"] }]);
  });

  test("is read before the task is added, however fast Enter comes", async () => {
    const api = new FakeApi();
    const user = show("status=all");
    await screen.findByText("No tasks yet");
    (await line()).focus();
    await user.paste(TAXES);
    await user.keyboard("{Enter}");
    await showing("Submit taxes");
    expect(api.tasks).toMatchObject([{ due_time: "17:00", tags: ["finance"] }]);
    const [read] = api.requests("GET", /^\/parse/);
    expect(read?.path).toContain("timezone=UTC");
  });

  test("is a plain title where it can't be read", async () => {
    const api = new FakeApi();
    api.instead = ({ path }) =>
      path.startsWith("/parse") ? refusal(503, "unavailable", "The API is away.") : null;
    const user = show();
    await user.type(await line(), "Call p1{Enter}");
    await showing("Call p1");
    expect(api.tasks).toMatchObject([{ priority: "none" }]);
  });

  test("that is nothing but values is the title", async () => {
    const api = new FakeApi();
    const user = show();
    await user.type(await line(), "every month{Enter}");
    await showing("every month");
    expect(api.tasks).toMatchObject([{ repeat: null }]);
  });

  test("gives way to what is chosen in the fields, which show the rest of it", async () => {
    const api = new FakeApi();
    const user = show();
    await user.type(await line(), "Call p1 #finance every month");
    await untilChips("High priority", "#finance", "Monthly");
    await press("Date, list and more");
    const priority = await screen.findByLabelText<HTMLSelectElement>("Priority");
    expect(priority.value).toBe("high");
    expect(screen.getByLabelText<HTMLSelectElement>("Repeat").value).toMatch(/^monthly on/);
    await user.selectOptions(priority, "Low");
    await untilChips("#finance", "Monthly");
    await user.type(await line(), "{Enter}");
    await showing("Call");
    expect(api.tasks).toMatchObject([{ priority: "low", tags: ["finance"] }]);
  });

  test("names another list than the one that is shown", async () => {
    const api = new FakeApi();
    api.addList("Home");
    const user = show("list=Home");
    await user.type(await line(), "Milk on the groceries list{Enter}");
    await waitFor(() => expect(api.tasks).toMatchObject([{ title: "Milk", list: "Groceries" }]));
    await user.type(await line(), "Bread in my inbox{Enter}");
    await waitFor(() => expect(api.tasks[1]).toMatchObject({ title: "Bread", list: null }));
    await user.type(await line(), "Butter{Enter}");
    await waitFor(() => expect(api.tasks[2]).toMatchObject({ title: "Butter", list: "Home" }));
  });

  test("is recognised again as it was when the task could not be added", async () => {
    const api = new FakeApi();
    const user = show();
    await user.type(await line(), "Call p1 an hour before");
    await untilChips("High priority", "1 hour before");
    await press("Leave in the title: High priority");
    await untilChips("1 hour before");
    api.instead = ({ method }) =>
      method === "POST" ? refusal(503, "database_unavailable", "The database is away.") : null;
    await user.keyboard("{Enter}");
    await screen.findByText(/could not be added/);
    expect((await line()).value).toBe("Call p1 an hour before");
    await untilChips("1 hour before");
  });

  test("is what its newest text says, whatever arrives last", async () => {
    const api = new FakeApi();
    let respond: (response: Response) => void = () => undefined;
    const late = new Promise<Response>((resolve) => {
      respond = resolve;
    });
    api.instead = ({ path }) => (path.startsWith("/parse?text=p1&") ? late : null);
    const user = show("status=all");
    await screen.findByText("No tasks yet");
    (await line()).focus();
    await user.paste("p1");
    await waitFor(() => expect(api.requests("GET", /^\/parse/)).toHaveLength(1));
    await user.paste(" #finance");
    await untilChips("High priority", "#finance");
    respond(refusal(503, "unavailable", "The API is away."));
    await user.paste(" every month");
    await untilChips("High priority", "#finance", "Monthly");
  });
});

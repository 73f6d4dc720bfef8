import { screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FakeApi, refusal } from "@/features/tasks/testing/api";
import { box, press, show, showing } from "@/features/tasks/testing/board";
import { task } from "@/features/tasks/testing/tasks";

afterEach(() => vi.unstubAllGlobals());

describe("FR-WEB-206: undo takes back the deletion that it stands beside, and nothing else", () => {
  test("a deleted task comes back as it was", async () => {
    const api = new FakeApi([task(1), task(2)]);
    show("status=all");
    await showing("Task 2", "Task 1");
    await press("Delete Task 1");
    await showing("Task 2");
    await press("Undo");
    await showing("Task 2", "Task 1");
    expect(api.requests("POST", /undo/)).toHaveLength(1);
    expect(api.tasks.map(({ id }) => id).toSorted()).toEqual([1, 2]);
  });

  test("it is added anew if somebody changed something since", async () => {
    const api = new FakeApi([task(1, { tags: ["home"], completed: true }), task(2)]);
    show("status=all");
    await showing("Task 2", "Task 1");
    await press("Delete Task 1");
    await showing("Task 2");
    await waitFor(() => expect(api.changes).toHaveLength(1));
    api.change(2, { title: "Theirs" });
    await showing("Theirs");
    await press("Undo");
    expect(await screen.findByText(/added again as a new task/)).toBeDefined();
    expect(api.tasks).toMatchObject([
      { id: 2, title: "Theirs" },
      { id: 3, title: "Task 1", tags: ["home"], completed: true },
    ]);
  });

  test("somebody's change of the same moment stays as it is", async () => {
    const api = new FakeApi([task(1), task(2)]);
    show("status=all");
    await showing("Task 2", "Task 1");
    await press("Delete Task 1");
    await screen.findByText(/was deleted/);
    await waitFor(() => expect(api.changes).toHaveLength(1));
    api.isStreaming = false;
    api.delete(2);
    await press("Undo");
    expect(await screen.findByText(/added again as a new task/)).toBeDefined();
    expect(api.tasks).toMatchObject([{ id: 3, title: "Task 1" }]);
  });

  test("it is not added a second time if somebody brought it back", async () => {
    const api = new FakeApi([task(1)]);
    show("status=all");
    await showing("Task 1");
    await press("Delete Task 1");
    await screen.findByText(/was deleted/);
    api.undo();
    await showing("Task 1");
    await press("Undo");
    await waitFor(() => expect(screen.queryByText(/was deleted/)).toBeNull());
    await showing("Task 1");
    expect(api.requests("POST", /./)).toEqual([]);
  });

  test("without changes being told it is added anew", async () => {
    const api = new FakeApi([task(1)]);
    api.instead = ({ path }) => (path.endsWith("/events") ? refusal(503, "away", "Away.") : null);
    show("status=all");
    await showing("Task 1");
    await press("Delete Task 1");
    await press("Undo");
    expect(await screen.findByText("It was added again as a new task.")).toBeDefined();
    expect(api.requests("POST", /undo/)).toEqual([]);
    expect(api.tasks).toMatchObject([{ id: 2, title: "Task 1" }]);
  });

  test("a task that leaves the list when it is ticked can be opened again", async () => {
    const api = new FakeApi([task(1)]);
    const user = show();
    await user.click(await box("Task 1"));
    expect(await screen.findByText("Nothing to do here")).toBeDefined();
    await press("Undo");
    await showing("Task 1");
    expect(api.tasks[0]?.completed).toBe(false);
  });
});

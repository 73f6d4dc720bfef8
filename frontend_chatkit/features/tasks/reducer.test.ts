import { describe, expect, test } from "vitest";
import { NO_FILTER as DEFAULT, type Filter } from "@/features/tasks/filter";
import { reduce } from "@/features/tasks/reducer";
import { type Action, INITIAL_STATE, type State } from "@/features/tasks/state";
import { draftTask } from "@/features/tasks/task";
import { change, page, task } from "@/features/tasks/testing/tasks";
import { neighbourOf, taskOf, view } from "@/features/tasks/view";

const NO_FILTER = { ...DEFAULT, status: "all" as const, sort: "-created" as const };
const OPEN = { ...NO_FILTER, status: "pending" as const };

function stateAfter(...actions: Action[]): State {
  return actions.reduce(reduce, { ...INITIAL_STATE, filter: NO_FILTER });
}

function listed(tasks = [task(1), task(2)], filter: Filter = NO_FILTER): Action[] {
  return [
    { type: "list-requested", filter },
    { type: "list-loaded", page: page(tasks) },
  ];
}

function ids(state: State): number[] {
  return view(state).tasks.map(({ id }) => id);
}

const ticking: Action = {
  type: "mutation-started",
  pending: { key: 1, kind: "change", id: 1, update: { completed: true } },
};
const deleting: Action = { type: "mutation-started", pending: { key: 2, kind: "delete", id: 1 } };
const adding: Action = {
  type: "mutation-started",
  pending: { key: 3, kind: "add", task: draftTask(3, { title: "New" }, "now"), confirmed: false },
};

describe("FR-WEB-205: what is asked for shows before the server answers", () => {
  test("a change shows at once and stays when it is confirmed", () => {
    const begun = stateAfter(...listed(), ticking);
    expect(taskOf(begun, 1)?.completed).toBe(true);
    const done = task(1, { completed: true, version: 2 });
    const confirmed = reduce(begun, { type: "mutation-succeeded", key: 1, task: done });
    expect(taskOf(confirmed, 1)).toEqual(done);
    expect(confirmed.pending).toEqual([]);
  });

  test("a refused change leaves the task as the server has it by then", () => {
    const meanwhile = change(7, "updated", 1, task(1, { title: "Theirs", version: 2 }));
    const state = stateAfter(...listed(), ticking, { type: "change-received", change: meanwhile });
    expect(taskOf(state, 1)).toMatchObject({ title: "Theirs", completed: true });
    const refused = reduce(state, { type: "mutation-rolled-back", key: 1 });
    expect(taskOf(refused, 1)).toMatchObject({ title: "Theirs", completed: false });
  });

  test("a ticked task leaves the list of open ones, and comes back when that is refused", () => {
    const state = stateAfter(...listed(undefined, OPEN), ticking);
    expect(ids(state)).toEqual([2]);
    expect(view(state).total).toBe(1);
    expect(ids(reduce(state, { type: "mutation-rolled-back", key: 1 }))).toEqual([2, 1]);
  });

  test("a task that is being deleted is gone, and back when that is refused", () => {
    const state = stateAfter(...listed(), deleting);
    expect(ids(state)).toEqual([2]);
    expect(ids(reduce(state, { type: "mutation-rolled-back", key: 2 }))).toEqual([2, 1]);
    expect(ids(reduce(state, { type: "mutation-succeeded", key: 2, task: null }))).toEqual([2]);
  });

  test("the later of two wishes shows until both are answered", () => {
    const untick: Action = {
      type: "mutation-started",
      pending: { key: 9, kind: "change", id: 1, update: { completed: false } },
    };
    const first: Action = {
      type: "mutation-succeeded",
      key: 1,
      task: task(1, { completed: true, version: 2 }),
    };
    expect(taskOf(stateAfter(...listed(), ticking, untick, first), 1)?.completed).toBe(false);
  });
});

describe("FR-WEB-208: changes are taken in once, and never backwards", () => {
  test("a new task takes its place in the order", () => {
    const told = change(1, "created", 3, task(3));
    const state = stateAfter(...listed(), { type: "change-received", change: told });
    expect(ids(state)).toEqual([3, 2, 1]);
    expect(view(state).total).toBe(3);
  });

  test("an added task that is told before its request is answered shows once", () => {
    const told: Action = {
      type: "change-received",
      change: change(1, "created", 3, task(3, { title: "New" })),
    };
    const between = stateAfter(...listed(), adding, told);
    expect(ids(between)).toEqual([3, 2, 1]);
    const answered: Action = {
      type: "mutation-succeeded",
      key: 3,
      task: task(3, { title: "New" }),
    };
    expect(ids(reduce(between, answered))).toEqual([3, 2, 1]);
  });

  test("an added task that is answered before it is told shows once", () => {
    const answered: Action = {
      type: "mutation-succeeded",
      key: 3,
      task: task(3, { title: "New" }),
    };
    const told: Action = {
      type: "change-received",
      change: change(1, "created", 3, task(3, { title: "New" })),
    };
    const state = stateAfter(...listed(), adding, answered, told);
    expect(ids(state)).toEqual([3, 2, 1]);
    expect(view(state).total).toBe(3);
  });

  test("an older version changes nothing, whether it is told or answered", () => {
    const newest = task(1, { title: "Newest", version: 3 });
    const older = task(1, { title: "Older", version: 2 });
    const state = stateAfter(
      ...listed([newest]),
      { type: "change-received", change: change(5, "updated", 1, older) },
      ticking,
      { type: "mutation-succeeded", key: 1, task: older },
    );
    expect(taskOf(state, 1)?.title).toBe("Newest");
  });

  test("a late answer does not bring a deleted task back; the stream does", () => {
    const gone = stateAfter(...listed(), ticking, {
      type: "change-received",
      change: change(5, "deleted", 1, null),
    });
    const late = reduce(gone, {
      type: "mutation-succeeded",
      key: 1,
      task: task(1, { version: 2 }),
    });
    expect(ids(late)).toEqual([2]);
    expect(late.deletions).toEqual({ 1: 5 });
    const undone = change(6, "undone", 1, task(1, { version: 4 }));
    const back = reduce(late, { type: "change-received", change: undone });
    expect(ids(back)).toEqual([2, 1]);
    expect(back.deletions).toEqual({});
  });

  test("a task that no longer matches the filter leaves, and one that matches now comes", () => {
    const state = stateAfter(
      ...listed([task(1), task(2)], OPEN),
      {
        type: "change-received",
        change: change(1, "completed", 1, task(1, { completed: true, version: 2 })),
      },
      { type: "change-received", change: change(2, "reopened", 9, task(9, { version: 3 })) },
    );
    expect(ids(state)).toEqual([9, 2]);
  });

  test("reading anew drops what was not told any more, and keeps what was told meanwhile", () => {
    const state = stateAfter(
      ...listed([task(1), task(2)]),
      { type: "list-requested", filter: NO_FILTER },
      { type: "change-received", change: change(9, "created", 4, task(4)) },
      { type: "list-loaded", page: page([task(2), task(3)]) },
    );
    expect(ids(state)).toEqual([4, 3, 2]);
  });

  test("a task deleted while the list was being read does not come back with it", () => {
    const state = stateAfter(
      { type: "list-requested", filter: NO_FILTER },
      { type: "change-received", change: change(9, "deleted", 1, null) },
      { type: "list-loaded", page: page([task(1), task(2)]) },
    );
    expect(ids(state)).toEqual([2]);
  });
});

describe("FR-WEB-207: pages", () => {
  const first: Action[] = [
    { type: "list-requested", filter: { ...NO_FILTER, sort: "created" } },
    { type: "list-loaded", page: page([task(1), task(2)], { next_cursor: "2", total: 4 }) },
  ];

  test("more tasks come behind those that show", () => {
    const state = stateAfter(
      ...first,
      { type: "more-requested" },
      {
        type: "more-loaded",
        page: page([task(3), task(4)], { total: 4 }),
      },
    );
    expect(ids(state)).toEqual([1, 2, 3, 4]);
    expect(view(state).hasMore).toBe(false);
  });

  test("a task that is told from behind the last page waits for its page", () => {
    const state = stateAfter(...first, {
      type: "change-received",
      change: change(1, "created", 9, task(9)),
    });
    expect(ids(state)).toEqual([1, 2]);
    expect(view(state).total).toBe(5);
  });

  test("the count stays as it is where a change can't be judged", () => {
    const unread = change(1, "updated", 3, task(3, { version: 2 }));
    expect(view(stateAfter(...first, { type: "change-received", change: unread })).total).toBe(4);
    const removed = change(2, "deleted", 1, null);
    expect(view(stateAfter(...first, { type: "change-received", change: removed })).total).toBe(3);
  });

  test("a failed page leaves what shows, and can be asked for again", () => {
    const state = stateAfter(
      ...first,
      { type: "more-requested" },
      { type: "load-failed", error: "lost" },
    );
    expect(ids(state)).toEqual([1, 2]);
    expect(view(state).hasMore).toBe(true);
    expect(state).toMatchObject({ failure: "lost", loading: null });
  });
});

describe("FR-WEB-212: the neighbour of a task", () => {
  test("is the one below it, or else above", () => {
    const shown = view(stateAfter(...listed()));
    expect(neighbourOf(shown, 2)).toBe(1);
    expect(neighbourOf(shown, 1)).toBe(2);
    expect(neighbourOf(view(stateAfter(...listed([task(1)]))), 1)).toBeNull();
  });
});

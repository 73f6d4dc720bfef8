import { expect, test } from "vitest";
import { History } from "@/features/chat/history/history";
import { Protocol } from "@/features/chat/protocol/client";
import { FakeApi, json } from "@/features/chat/testing/responses";

const AT = "2026-11-21T10:00:00Z";
const page = (...titles: string[]) => ({
  data: titles.map((title) => ({ id: title, title, created_at: AT })),
  has_more: false,
});

/** A list that is being loaded, and a function that lets its page arrive. */
function loading(...titles: string[]) {
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  new FakeApi()
    .on("threads.list", () => arrived.then(json(page(...titles))))
    .on("threads.delete", json({}))
    .on("threads.update", ({ params }) => json({ id: params.thread_id, title: params.title })());
  const history = new History(new Protocol(null));
  const loaded = history.load();
  return {
    history,
    arrive: async () => {
      arrive();
      await loaded;
    },
  };
}

const titles = (history: History) => history.now().threads.map(({ title }) => title);

test("FR-WEB-107: a conversation that begins while the list is loaded stays in it", async () => {
  const { history, arrive } = loading("Travel");
  history.update("new", "Groceries");
  history.update("new", "Groceries", true);
  await arrive();
  expect(titles(history)).toEqual(["Groceries", "Travel"]);
});

test("FR-WEB-107: one whose reply was not seen running stays too", async () => {
  const { history, arrive } = loading("Travel");
  history.update("new", "Groceries");
  await arrive();
  expect(titles(history)).toEqual(["Groceries", "Travel"]);
});

test("FR-WEB-107: one that is opened meanwhile keeps its place, and one that is used moves up", async () => {
  const { history, arrive } = loading("Travel", "Work", "Home");
  history.update("Work", "Work");
  history.update("Home", "Home", true);
  await arrive();
  expect(titles(history)).toEqual(["Home", "Travel", "Work"]);
});

test("FR-WEB-107: what is deleted or renamed meanwhile does not come back", async () => {
  const { history, arrive } = loading("Travel", "Work");
  await history.remove("Travel");
  await history.rename("Work", "Office");
  await arrive();
  expect(titles(history)).toEqual(["Office"]);
});

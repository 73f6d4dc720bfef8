import { expect, test } from "vitest";
import { counted } from "@/features/tasks/view";

test("FR-TASK-104: a list that the API counts no further has that many or more", () => {
  expect(counted(999)).toBe("999");
  expect(counted(1000)).toBe("1000 or more");
});

import { render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { api } from "@/lib/api";
import { BffError, BffUnreachable, bff, bffJson, errorMessage } from "@/lib/bff";
import { UserProvider, useTimezone, useUser } from "@/lib/user";

const PROBLEM = { title: "Busy", detail: "A reply is being written.", code: "conversation_busy" };

function answering(...answers: Response[]) {
  const fetched = vi.spyOn(globalThis, "fetch");
  for (const answer of answers) fetched.mockResolvedValueOnce(answer);
  return fetched;
}

const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);

describe("FR-WEB-024: asking the API", () => {
  it("marks each request as one of ours, and says that a string is JSON", async () => {
    const fetched = answering(json({}));
    await bffJson("/me/tasks", { method: "POST", body: { title: "Milk" } });
    const [path, init] = fetched.mock.calls[0] ?? [];
    const headers = new Headers(init?.headers);
    expect(path).toBe("/bff/me/tasks");
    expect(headers.get("x-requested-with")).toBe("todochat");
    expect(headers.get("content-type")).toBe("application/json");
  });

  it("throws the problem that is told, with when to try again", async () => {
    answering(json({ ...PROBLEM, turn_id: "t" }, { status: 409, headers: { "retry-after": "3" } }));
    const error = await bff("/me/chat").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BffError);
    expect(error).toMatchObject({ status: 409, code: "conversation_busy", retryAfter: 3 });
    expect((error as BffError).problem.turn_id).toBe("t");
    expect(errorMessage(error)).toBe("A reply is being written.");
  });

  it("makes a problem of an answer that tells none", async () => {
    answering(new Response("<html>", { status: 502 }));
    await expect(bff("/me/tasks")).rejects.toMatchObject({ status: 502, code: "unexpected" });
  });

  it("tells no answer from one that was given up", async () => {
    vi.spyOn(globalThis, "fetch").mockRejectedValueOnce(new TypeError("Failed to fetch"));
    await expect(bff("/me/tasks")).rejects.toBeInstanceOf(BffUnreachable);
    vi.spyOn(globalThis, "fetch").mockRejectedValueOnce(new DOMException("gone", "AbortError"));
    await expect(bff("/me/tasks")).rejects.toMatchObject({ name: "AbortError" });
  });

  it("speaks the contract by its own client", async () => {
    const fetched = answering(json({ tasks: [], total: 0 }));
    const { data } = await api.GET("/api/{user_id}/tasks", {
      params: { path: { user_id: "me" }, query: { q: "milk" } },
    });
    expect(data?.tasks).toEqual([]);
    expect(fetched.mock.calls[0]?.[0]).toBe("/bff/api/me/tasks?q=milk");
  });
});

function Zone() {
  return (
    <p>
      {useUser().timezone ?? "none"}, read in {useTimezone()}
    </p>
  );
}

const ADA = { id: "1", name: "Ada", email: "ada@example.com", timezone: null };

describe("FR-WEB-023: the time zone of a newcomer", () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

  it("is the browser's", async () => {
    const fetched = answering(json({ timezone: null }), json({ timezone: here }));
    render(
      <UserProvider user={ADA}>
        <Zone />
      </UserProvider>,
    );
    expect(screen.getByText(`none, read in ${here}`)).toBeTruthy();
    await waitFor(() => expect(screen.getByText(`${here}, read in ${here}`)).toBeTruthy());
    expect(fetched.mock.calls[1]?.[1]).toMatchObject({ method: "PATCH" });
  });

  it("is left alone where the API knows one after all", async () => {
    const fetched = answering(json({ timezone: "Asia/Tokyo" }));
    render(
      <UserProvider user={ADA}>
        <Zone />
      </UserProvider>,
    );
    await waitFor(() => expect(screen.getByText("Asia/Tokyo, read in Asia/Tokyo")).toBeTruthy());
    expect(fetched).toHaveBeenCalledTimes(1);
  });
});

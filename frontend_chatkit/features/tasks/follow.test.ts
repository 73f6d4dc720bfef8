import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Connection, followTasks } from "@/features/tasks/follow";
import { FakeApi, refusal } from "@/features/tasks/testing/api";

describe("FR-WEB-209: the stream is followed across its ends", () => {
  let unmounted: AbortController;
  let received: number[];
  let gaps: number;
  let connections: Connection[];

  beforeEach(() => {
    vi.useFakeTimers();
    unmounted = new AbortController();
    received = [];
    gaps = 0;
    connections = [];
  });

  afterEach(() => {
    unmounted.abort();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function follow(): Promise<void> {
    return followTasks(
      {
        onGap: () => {
          gaps += 1;
        },
        onChange: ({ change_id }) => received.push(change_id),
        onConnection: (connection) => connections.push(connection),
      },
      unmounted.signal,
    );
  }

  const moments = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
  const streams = (api: FakeApi) => api.requests("GET", /events/);

  test("the list is to be read when changes are told, and not again after a lost connection", async () => {
    const api = new FakeApi();
    void follow();
    await moments();
    expect(gaps).toBe(1);
    api.add({ title: "Seen" });
    await moments();
    api.cut();
    api.add({ title: "Missed" });
    await moments(1000);
    expect(received).toEqual([1, 2]);
    expect(gaps).toBe(1);
    expect(streams(api).map(({ lastEventId }) => lastEventId)).toEqual([null, "1"]);
    expect(connections).toEqual(["live", "live"]);
  });

  test("a change whose number leaves one out is a gap", async () => {
    const api = new FakeApi();
    void follow();
    await moments();
    api.isStreaming = false;
    api.add({ title: "Never told" });
    api.isStreaming = true;
    api.add({ title: "Told" });
    await moments();
    expect(received).toEqual([2]);
    expect(gaps).toBe(2);
  });

  test("a number that the server does not know makes it start anew", async () => {
    const api = new FakeApi();
    api.add({ title: "Before" });
    api.instead = ({ lastEventId }) =>
      lastEventId ? refusal(422, "invalid_cursor", "No such change.") : null;
    void follow();
    await moments();
    api.cut();
    await moments(3000);
    expect(streams(api).map(({ lastEventId }) => lastEventId)).toEqual([null, "1", null]);
    expect(connections.at(-1)).toBe("live");
  });

  test("pauses grow while the API is away, and that is said from the second failure on", async () => {
    const api = new FakeApi();
    api.instead = () => refusal(503, "draining", "Back soon.");
    void follow();
    await moments();
    expect(connections).toEqual([]);
    await moments(60_000);
    expect(connections.at(-1)).toBe("lost");
    expect(streams(api).length).toBeGreaterThan(5);
    expect(streams(api).length).toBeLessThan(14);
    api.instead = () => null;
    await moments(15_000);
    expect(connections.at(-1)).toBe("live");
  });

  test("a stream that has fallen silent is given up", async () => {
    const api = new FakeApi();
    void follow();
    await moments(39_000);
    expect(streams(api)).toHaveLength(1);
    await moments(3000);
    expect(streams(api)).toHaveLength(2);
  });

  test("a browser that is offline says so at once, and is back at once", async () => {
    const api = new FakeApi();
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    void follow();
    await moments();
    window.dispatchEvent(new Event("offline"));
    await moments();
    expect(connections.at(-1)).toBe("offline");
    online.mockReturnValue(true);
    window.dispatchEvent(new Event("online"));
    await moments();
    expect(connections.at(-1)).toBe("live");
    expect(streams(api)).toHaveLength(2);
  });

  test("a page that nobody looks at lets go of its stream, and takes it up when it is seen", async () => {
    const api = new FakeApi();
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(false);
    const look = async (away: boolean) => {
      hidden.mockReturnValue(away);
      document.dispatchEvent(new Event("visibilitychange"));
      await moments();
    };
    api.beats = true;
    void follow();
    await moments();
    await look(true);
    await moments(59_000);
    await look(false);
    await moments(120_000);
    expect(api.streams).toBe(1);
    expect(streams(api)).toHaveLength(1);
    await look(true);
    await moments(120_000);
    expect(api.streams).toBe(0);
    api.add({ title: "Missed" });
    await look(false);
    expect(received).toEqual([1]);
    expect(streams(api)).toHaveLength(2);
    expect(connections).toEqual(["live", "live"]);
  });

  test("nothing goes on for one who is signed out or has left", async () => {
    const api = new FakeApi();
    api.instead = () => refusal(401, "signed_out", "Sign in to continue.");
    await follow();
    expect(connections).toEqual(["signed-out"]);
    api.instead = () => null;
    const following = follow();
    await moments();
    unmounted.abort();
    await moments(10_000);
    await following;
    expect(streams(api)).toHaveLength(2);
  });
});

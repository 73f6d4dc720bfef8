"""A client that follows a user's tasks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from tests.sse import Event, events_of
from tests.stack import Stack

_TIMEOUT_SECONDS = 15


class TaskEventStream:
    """An open stream, read event by event."""

    def __init__(self, answer: httpx2.Response) -> None:
        self._events = events_of(answer)

    async def next(self) -> Event | None:
        """Wait for the next event; None when the stream has ended."""
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            return await anext(self._events, None)

    async def changes(self, count: int) -> list[dict[str, Any]]:
        """Wait for as many changes, whatever else the stream tells."""
        read: list[dict[str, Any]] = []
        while len(read) < count:
            event = await self.next()
            assert event is not None, read
            if event.name == "lists.changed":
                continue
            assert (event.name, event.number) == ("task.changed", event.data["change_id"])
            read.append(event.data)
        return read


@asynccontextmanager
async def open_task_events(
    stack: Stack, user: str, after: int | None = None, token: str | None = None
) -> AsyncIterator[TaskEventStream]:
    """Follow from now on, or from behind the change `after`."""
    headers = {"Authorization": f"Bearer {token or stack.token(user)}"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    path = f"/api/{user}/tasks/events"
    async with stack.client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        stream = TaskEventStream(answer)
        ready = await stream.next()
        assert ready is not None
        assert (ready.name, ready.data) == ("tasks.ready", {"change_id": ready.number})
        assert after in {None, ready.number}
        yield stream

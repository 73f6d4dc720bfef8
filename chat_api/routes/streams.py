"""Server-sent events as our streams send them."""

from collections.abc import AsyncIterator
from typing import Protocol

from sse_starlette import EventSourceResponse, ServerSentEvent

from chat_api.turn_stream import TurnStream

HEARTBEAT_SECONDS = 15
# A proxy that compresses or collects a stream would hold its events back.
UNBUFFERED = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


class Event(Protocol):
    """A model whose `type` is sent as the event's name, and the rest as its data."""

    @property
    def type(self) -> str:
        """Its name."""

    def model_dump_json(self, *, exclude: set[str]) -> str:
        """Return the fields that are not excluded as JSON."""


def turn_events(turn: TurnStream, *, after: int = 0) -> EventSourceResponse:
    """Stream the events of a turn behind number `after`."""
    return numbered_events(turn.events(after))


def numbered_events(events: AsyncIterator[tuple[int, Event]]) -> EventSourceResponse:
    """Stream events, each with the number that `Last-Event-ID` will name."""

    async def sent() -> AsyncIterator[ServerSentEvent]:
        async for number, event in events:
            data = event.model_dump_json(exclude={"type"})
            yield ServerSentEvent(data, event=event.type, id=str(number))

    return EventSourceResponse(sent(), headers=UNBUFFERED, ping=HEARTBEAT_SECONDS)

"""Server-sent events as our streams send them."""

from collections.abc import AsyncIterator

from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent

from chat_api.turns.streams import TurnStream

HEARTBEAT_SECONDS = 15
# A proxy that compresses or collects a stream would hold its events back.
UNBUFFERED = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


def turn_events(turn: TurnStream, *, after: int = 0) -> EventSourceResponse:
    """Stream the events of a turn behind number `after`."""
    return numbered_events(turn.events(after))


def numbered_events(events: AsyncIterator[tuple[int, BaseModel]]) -> EventSourceResponse:
    """Stream events, each with the number that `Last-Event-ID` will name.

    The field `type` is an event's name; the others are its data.
    """

    async def sent() -> AsyncIterator[ServerSentEvent]:
        async for number, event in events:
            data = event.model_dump_json(exclude={"type"})
            name = type(event).model_fields["type"].default
            yield ServerSentEvent(data, event=name, id=str(number))

    return EventSourceResponse(sent(), headers=UNBUFFERED, ping=HEARTBEAT_SECONDS)

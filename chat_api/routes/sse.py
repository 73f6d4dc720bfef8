"""Server-sent events: how streams send them, and how the OpenAPI document describes them."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent

from chat_api.turns.streams import TurnStream

HEARTBEAT_SECONDS = 15
# A proxy that compresses or collects a stream would hold its events back.
UNBUFFERED = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


def turn_events(turn: TurnStream, *, after: int = 0) -> EventSourceResponse:
    """Return the response that streams the events of a turn behind number `after`."""
    return numbered_events(turn.events(after))


def numbered_events(events: AsyncIterator[tuple[int, BaseModel]]) -> EventSourceResponse:
    """Return the response that streams events; the number is what `Last-Event-ID` names.

    The field `type` is an event's name; the others are its data.
    """
    return EventSourceResponse(_encoded(events), headers=UNBUFFERED, ping=HEARTBEAT_SECONDS)


async def _encoded(events: AsyncIterator[tuple[int, BaseModel]]) -> AsyncIterator[ServerSentEvent]:
    async for number, event in events:
        data = event.model_dump_json(exclude={"type"})
        name = type(event).model_fields["type"].default
        yield ServerSentEvent(data, event=name, id=str(number))


def event_stream_response(schema: str) -> dict[str, Any]:
    """Return the OpenAPI response of a stream whose events have the schema of this name."""
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {
        "description": "Server-sent events",
        "content": {"text/event-stream": {"schema": reference}},
    }

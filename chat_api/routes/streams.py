"""Server-sent events as our streams send them."""

from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent

from chat_api.turn_stream import TurnStream

HEARTBEAT_SECONDS = 15
# A proxy that compresses or collects a stream would hold its events back.
UNBUFFERED = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


def turn_events(turn: TurnStream, *, after: int = 0) -> EventSourceResponse:
    """Stream the events of a turn behind number `after`."""

    async def sent() -> AsyncIterator[ServerSentEvent]:
        async for seq, event in turn.events(after):
            data = event.model_dump_json(exclude={"type"})
            yield ServerSentEvent(data, event=event.type, id=str(seq))

    return EventSourceResponse(sent(), headers=UNBUFFERED, ping=HEARTBEAT_SECONDS)

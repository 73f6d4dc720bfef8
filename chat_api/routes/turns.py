"""Turns over HTTP: read, followed from any event on, and cancelled."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, status
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse

from chat_api.chatkit_protocol.context import RequestContext
from chat_api.chatkit_protocol.followed_turn import followed_turn
from chat_api.events import Answer, TurnStatus, Usage
from chat_api.problems import COMMON_PROBLEMS, problem_responses
from chat_api.routes.dependencies import Caller, CountedStream, RuntimeDep
from chat_api.routes.sse import (
    HEARTBEAT_SECONDS,
    UNBUFFERED,
    event_stream_response,
    turn_events,
)
from chat_api.turns.result import stored_answer
from chat_api.turns.service import TurnState
from db.timezones import RequestedTimezone

router = APIRouter(
    prefix="/turns/{turn_id}",
    tags=["chat"],
    responses={**COMMON_PROBLEMS, **problem_responses(_404="The user has no such turn")},
)

LastEventId = Annotated[
    Annotated[int, Field(ge=0, le=2**31 - 1)] | None,
    Header(description="The last event that was received; all later ones follow"),
]

_THREAD_EVENTS = {
    "description": "Server-sent events: the thread events of the ChatKit protocol",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


class TurnOut(BaseModel):
    """A turn; `answer` is null while it runs."""

    id: UUID
    conversation_id: UUID
    status: str
    error_code: str | None
    model: str
    usage: Usage | None
    created_at: datetime
    finished_at: datetime | None
    answer: Answer | None

    @classmethod
    def of(cls, state: TurnState) -> "TurnOut":
        """Build it from the stored rows."""
        turn = state.turn
        ended = turn.status != TurnStatus.RUNNING
        return cls(
            **turn.model_dump(include=set(cls.model_fields)),
            answer=stored_answer(turn, state.reply) if ended else None,
        )


@router.get("")
async def get_turn(caller: Caller, runtime: RuntimeDep, turn_id: UUID) -> TurnOut:
    """Return a turn."""
    return TurnOut.of(await runtime.turns.state(caller.user_id, turn_id, caller))


@router.get(
    "/events",
    response_class=EventSourceResponse,
    dependencies=[CountedStream],
    responses={200: event_stream_response("TurnEvent")},
)
async def follow_turn(
    caller: Caller, runtime: RuntimeDep, turn_id: UUID, last_event_id: LastEventId = None
) -> EventSourceResponse:
    """Stream the events of a turn, from the start or behind `Last-Event-ID`, until it ends."""
    turn = await runtime.turns.follow(caller.user_id, turn_id, caller)
    return turn_events(turn, after=last_event_id or 0)


@router.get(
    "/thread-events",
    response_class=EventSourceResponse,
    dependencies=[CountedStream],
    responses={200: _THREAD_EVENTS},
)
async def follow_turn_in_chatkit(
    caller: Caller, runtime: RuntimeDep, turn_id: UUID, last_event_id: LastEventId = None
) -> EventSourceResponse:
    """Stream a turn as events of its ChatKit thread, from the start or after `Last-Event-ID`.

    The stream ends with the stored items of the reply, as that of `/chatkit` does.
    """
    turn = await runtime.turns.follow(caller.user_id, turn_id, caller)
    context = RequestContext(
        runtime.sessions,
        caller.user_id,
        RequestedTimezone(claimed=caller.timezone),
        bearer=caller,
    )
    events = followed_turn(turn, context, after=last_event_id or 0)
    return EventSourceResponse(events, headers=UNBUFFERED, ping=HEARTBEAT_SECONDS, sep="\n")


@router.post("/cancel", status_code=status.HTTP_202_ACCEPTED)
async def cancel_turn(caller: Caller, runtime: RuntimeDep, turn_id: UUID) -> TurnOut:
    """Cancel a turn within a second; its reply so far is stored."""
    return TurnOut.of(await runtime.turns.cancel(caller.user_id, turn_id, caller))

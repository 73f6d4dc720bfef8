"""The chat turn over HTTP: a stream of events, or one answer when it is over."""

from collections.abc import AsyncIterator
from functools import cache
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, BaseModel, ConfigDict
from sse_starlette import EventSourceResponse, ServerSentEvent

from chat_api.dependencies import Caller, RuntimeDep
from chat_api.events import Answer, TurnFinished
from chat_api.live_turn import LiveTurn
from chat_api.problems import problem
from chat_api.routes.documented import COMMON, problems
from chat_api.turns import Asked
from db.conversations import MessageText

router = APIRouter(tags=["chat"])

_HEARTBEAT_SECONDS = 15
# A proxy that compresses or collects the stream would hold the words back.
_UNBUFFERED = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    **COMMON,
    **problems(
        _404="The user has no such conversation",
        _409="A reply is still being written in this conversation",
        _502="The model refused or gave an answer that can't be used",
        _504="The model took too long",
    ),
    200: {
        "description": "The events of the turn, or its answer where JSON is asked for",
        "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/TurnEvent"}}},
    },
}


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("is not a time zone such as Europe/Berlin")
    return name


class ChatRequest(BaseModel):
    """A user's message; without a conversation it starts one."""

    model_config = ConfigDict(extra="forbid")

    message: MessageText
    conversation_id: UUID | None = None
    timezone: Annotated[str, AfterValidator(_known_zone)] | None = None


@router.post("/chat", response_model=Answer, responses=_RESPONSES)
async def chat(
    request: Request, caller: Caller, runtime: RuntimeDep, body: ChatRequest
) -> Response:
    """Run one turn. The stream is the default; `Accept: application/json` waits for the end."""
    asked = Asked(
        caller.user_id,
        body.message,
        body.conversation_id,
        body.timezone or caller.timezone or "UTC",
    )
    live = await runtime.turns.start(asked)
    if _prefers_json(request.headers.get("accept", "")):
        return await _answer(live)
    return EventSourceResponse(_stream(live), headers=_UNBUFFERED, ping=_HEARTBEAT_SECONDS)


async def _stream(live: LiveTurn) -> AsyncIterator[ServerSentEvent]:
    async for seq, event in live.events():
        yield ServerSentEvent(
            event.model_dump_json(exclude={"type"}), event=event.type, id=str(seq)
        )


async def _answer(live: LiveTurn) -> JSONResponse:
    last = await live.last()
    if isinstance(last, TurnFinished):
        return JSONResponse(last.model_dump(mode="json", exclude={"type", "usage"}))
    failure = live.failure
    wait = {"Retry-After": str(failure.retry_after)} if failure.retry_after else None
    ids = {"conversation_id": str(last.conversation_id), "turn_id": str(last.turn_id)}
    return problem(failure.status, last.code, last.message, headers=wait, more=ids)


def _prefers_json(accept: str) -> bool:
    """Whether JSON is asked for by name, and not less than the stream."""
    weights = dict(_weighted(part) for part in accept.lower().split(","))
    json = weights.get("application/json", 0.0)
    return json > 0 and json >= weights.get("text/event-stream", 0.0)


def _weighted(part: str) -> tuple[str, float]:
    media_type, _, parameters = part.partition(";")
    _, _, quality = parameters.replace(" ", "").partition("q=")
    try:
        return media_type.strip(), float(quality or 1)
    except ValueError:
        return media_type.strip(), 0.0

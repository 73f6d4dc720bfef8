"""The chat turn over HTTP: a stream of events, or one answer when it is over."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from chat_api.agent.failures import BY_CODE, INTERNAL
from chat_api.dependencies import Caller, RuntimeDep
from chat_api.events import Answer, TurnFailed, TurnFinished
from chat_api.problems import problem
from chat_api.routes.documented import COMMON, event_stream, problems
from chat_api.routes.sse import turn_events
from chat_api.timezones import RequestedTimezone, TimezoneName
from chat_api.turns.service import TurnRequest
from chat_api.turns.streams import TurnStream
from db.conversations import MessageText

router = APIRouter(tags=["chat"])

_RESPONSES: dict[int | str, dict[str, Any]] = {
    **COMMON,
    **problems(
        _404="The user has no such conversation",
        _409="A reply is still being written there, it was stopped, or the key has another body",
        _502="The model refused or gave an answer that can't be used",
        _504="The model took too long",
    ),
    200: {
        **event_stream("TurnEvent"),
        "description": "The events of the turn, or its answer where JSON is asked for",
    },
}

IdempotencyKey = Annotated[
    Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")] | None,
    Header(description="The same key and body give the same turn, however often they are sent"),
]


class ChatRequest(BaseModel):
    """A user's message; without a conversation it starts one."""

    model_config = ConfigDict(extra="forbid")

    message: MessageText
    conversation_id: UUID | None = None
    timezone: TimezoneName | None = None


@router.post("/chat", response_model=Answer, responses=_RESPONSES)
async def chat(
    request: Request,
    caller: Caller,
    runtime: RuntimeDep,
    body: ChatRequest,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Run one turn. The stream is the default; `Accept: application/json` waits for the end."""
    asked = TurnRequest(
        caller.user_id,
        body.message,
        body.conversation_id,
        RequestedTimezone(body.timezone, caller.timezone),
        idempotency_key,
    )
    turn = await runtime.turns.start(asked)
    if _prefers_json(request.headers.get("accept", "")):
        return await _answer(turn)
    return turn_events(turn)


async def _answer(turn: TurnStream) -> JSONResponse:
    last = await turn.last()
    if isinstance(last, TurnFinished):
        return JSONResponse(last.model_dump(mode="json", exclude={"type", "usage"}))
    wait = last.retry_after if isinstance(last, TurnFailed) else None
    return problem(
        BY_CODE.get(last.code, INTERNAL).status,
        last.code,
        last.message,
        headers={"Retry-After": str(wait)} if wait else None,
        more={"conversation_id": str(last.conversation_id), "turn_id": str(last.turn_id)},
    )


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

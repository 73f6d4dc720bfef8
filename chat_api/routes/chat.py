"""A chat turn over HTTP: a stream of events, or one answer at its end."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from chat_api.agent.failures import BY_CODE, INTERNAL
from chat_api.events import Answer, TurnFailed, TurnFinished
from chat_api.problems import COMMON_PROBLEMS, problem, problem_responses
from chat_api.routes.dependencies import Caller, CountedRequest, RuntimeDep
from chat_api.routes.idempotency import IdempotencyKey
from chat_api.routes.sse import event_stream_response, turn_events
from chat_api.timezones import TimezoneName
from chat_api.turns.service import TurnRequest
from chat_api.turns.streams import TurnStream
from db.conversations import MessageText
from db.timezones import RequestedTimezone

router = APIRouter(tags=["chat"])

_RESPONSES: dict[int | str, dict[str, Any]] = {
    **COMMON_PROBLEMS,
    **problem_responses(
        _404="The user has no such conversation",
        _409="Another turn runs there, the turn was cancelled, or the key has another body",
        _502="The model refused the request, or its response can't be used",
        _504="The model took too long",
    ),
    200: {
        **event_stream_response("TurnEvent"),
        "description": "The events of the turn, or its answer if JSON is requested",
    },
}


class ChatRequest(BaseModel):
    """A user's message; without a conversation it starts one."""

    model_config = ConfigDict(extra="forbid")

    message: MessageText
    conversation_id: UUID | None = None
    timezone: TimezoneName | None = None


@router.post("/chat", response_model=Answer, dependencies=[CountedRequest], responses=_RESPONSES)
async def chat(
    request: Request,
    caller: Caller,
    runtime: RuntimeDep,
    body: ChatRequest,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Run one turn. The stream is the default; `Accept: application/json` waits for the end."""
    turn_request = TurnRequest(
        caller.user_id,
        body.message,
        body.conversation_id,
        RequestedTimezone(body.timezone, caller.timezone),
        idempotency_key,
        bearer=caller,
    )
    turn = await runtime.turns.start(turn_request)
    if _prefers_json(request.headers.get("accept", "")):
        return await _json_response(turn)
    return turn_events(turn)


async def _json_response(turn: TurnStream) -> JSONResponse:
    event = await turn.terminal_event()
    if isinstance(event, TurnFinished):
        return JSONResponse(event.model_dump(mode="json", exclude={"type", "usage"}))
    retry_after = event.retry_after if isinstance(event, TurnFailed) else None
    return problem(
        BY_CODE.get(event.code, INTERNAL).status,
        event.code,
        event.message,
        headers={"Retry-After": str(retry_after)} if retry_after else None,
        more={"conversation_id": str(event.conversation_id), "turn_id": str(event.turn_id)},
    )


def _prefers_json(accept: str) -> bool:
    """Return whether JSON is accepted by name, with at least the weight of the stream."""
    weights = dict(_media_range(part) for part in accept.lower().split(","))
    json = weights.get("application/json", 0.0)
    return json > 0 and json >= weights.get("text/event-stream", 0.0)


def _media_range(part: str) -> tuple[str, float]:
    media_type, _, parameters = part.partition(";")
    _, _, quality = parameters.replace(" ", "").partition("q=")
    try:
        return media_type.strip(), float(quality or 1)
    except ValueError:
        return media_type.strip(), 0.0

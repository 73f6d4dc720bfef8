"""The ChatKit protocol: one address for all its requests."""

from contextlib import suppress
from typing import Annotated, Any, get_args

from chatkit.server import NonStreamingResult
from chatkit.types import NonStreamingReq, StreamingReq
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse

from auth.principal import Principal
from chat_api.chatkit_protocol.requests import prepare_request, read
from chat_api.chatkit_protocol.server import ConversationServer
from chat_api.chatkit_protocol.store import ConversationStore
from chat_api.dependencies import RuntimeDep, principal_of
from chat_api.routes.documented import problems
from chat_api.routes.sse import HEARTBEAT_SECONDS, UNBUFFERED
from chat_api.runtime import Runtime
from chat_api.turns.streams import TurnStream
from db.errors import DatabaseUnavailable

router = APIRouter(tags=["chat"])

_TYPES = [
    kind.model_fields["type"].default
    for kind in (*get_args(StreamingReq), *get_args(NonStreamingReq))
]
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["type", "params"],
                "properties": {
                    "type": {"enum": _TYPES},
                    "params": {"type": "object"},
                    "metadata": {
                        "type": "object",
                        "properties": {
                            "timezone": {"type": "string", "nullable": True},
                            "on_hang_up": {
                                "type": "string",
                                "enum": ["stop", "finish"],
                                "default": "stop",
                            },
                        },
                    },
                },
            }
        }
    },
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, or the events of the thread",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/event-stream": {"schema": {"type": "string"}},
        },
    },
    **problems(
        _400="The body is no request of the protocol, or asks for what is not there",
        _401="No token, or one that is not good",
        _404="The user has no such thread, item or task",
        _409="A reply is still being written in this thread",
        _413="The body is over 64 KiB",
        _500="A fault of the service",
        _503="The database or the token's issuer can't be reached",
    ),
}


@router.post(
    "/chatkit",
    response_class=Response,
    responses=_RESPONSES,
    openapi_extra={"requestBody": _BODY},
)
async def chatkit(
    request: Request, caller: Annotated[Principal, Depends(principal_of)], runtime: RuntimeDep
) -> Response:
    """Answer one request of the ChatKit protocol; the token says whose threads it is about.

    A client that hangs up stops the reply, and what was said until then is kept. The metadata
    `{"on_hang_up": "finish"}` lets the reply finish instead: it is followed and stopped as a turn.
    """
    asked = read(await request.body())
    visit = await prepare_request(asked, caller, runtime)
    answer = await ConversationServer(ConversationStore()).answer(asked, visit)
    if isinstance(answer, NonStreamingResult):
        return Response(answer.json, media_type="application/json")
    stopped = visit.turn if visit.cancel_on_disconnect else None
    return _streamed(answer, runtime, caller, stopped)


def _streamed(
    events: Any, runtime: Runtime, caller: Principal, turn: TurnStream | None
) -> EventSourceResponse:
    async def hung_up(_: Any) -> None:
        if turn:
            with suppress(DatabaseUnavailable):
                await runtime.turns.cancel(caller.user_id, turn.turn_id)

    return EventSourceResponse(
        events,
        headers=UNBUFFERED,
        ping=HEARTBEAT_SECONDS,
        sep="\n",
        client_close_handler_callable=hung_up,
    )

"""The ChatKit protocol: one address for all its requests."""

from contextlib import suppress
from functools import partial
from typing import Annotated, Any, get_args

from chatkit.server import NonStreamingResult
from chatkit.types import NonStreamingReq, StreamingReq
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse
from starlette.types import Message

from auth.principal import Principal
from chat_api.chatkit_protocol.context import RequestContext
from chat_api.chatkit_protocol.requests import parse_request, prepare_request
from chat_api.chatkit_protocol.server import ConversationServer
from chat_api.chatkit_protocol.store import ConversationStore
from chat_api.problems import problem_responses
from chat_api.routes.dependencies import CountedRequest, RuntimeDep, principal_of
from chat_api.routes.idempotency import IdempotencyKey
from chat_api.routes.sse import HEARTBEAT_SECONDS, UNBUFFERED
from chat_api.turns.service import TurnService
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
        "description": "The response, or the events of the thread",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/event-stream": {"schema": {"type": "string"}},
        },
    },
    **problem_responses(
        _400="The body is not a request of the protocol, or of a feature that is not supported",
        _401="The token is missing or not valid",
        _404="The user has no such thread, item or task",
        _409="Another turn runs in this thread, or the key has another message",
        _413="The body is over 64 KiB",
        _422="The `Idempotency-Key` is not one",
        _429="The user is over a limit; `Retry-After` says when to try again",
        _500="A fault of the service",
        _503="The database or the token's issuer can't be reached",
    ),
}


@router.post(
    "/chatkit",
    response_class=Response,
    dependencies=[CountedRequest],
    responses=_RESPONSES,
    openapi_extra={"requestBody": _BODY},
)
async def chatkit(
    request: Request,
    caller: Annotated[Principal, Depends(principal_of)],
    runtime: RuntimeDep,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Answer one request of the ChatKit protocol, for the user of the token.

    When the client disconnects, the turn is cancelled and the reply so far is stored. With the
    metadata `{"on_hang_up": "finish"}` the turn goes on and can be followed and cancelled. A
    message that is sent again with its `Idempotency-Key` gets the turn of the first request.
    """
    chatkit_request = parse_request(await request.body())
    context = await prepare_request(chatkit_request, caller, runtime, idempotency_key)
    result = await ConversationServer(ConversationStore()).answer(chatkit_request, context)
    if isinstance(result, NonStreamingResult):
        return Response(result.json, media_type="application/json")
    return EventSourceResponse(
        result,
        headers=UNBUFFERED,
        ping=HEARTBEAT_SECONDS,
        sep="\n",
        client_close_handler_callable=partial(_on_disconnect, runtime.turns, context),
    )


async def _on_disconnect(turns: TurnService, context: RequestContext, _: Message) -> None:
    if context.turn and context.cancel_on_disconnect:
        with suppress(DatabaseUnavailable):
            await turns.cancel(context.user_id, context.turn.stream.turn_id)

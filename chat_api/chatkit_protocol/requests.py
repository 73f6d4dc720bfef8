"""Requests of the ChatKit protocol: parsed, checked, and their turn started before the response.

Whatever can be refused is refused here, as a problem with its status; a stream that has begun could
only break off.
"""

from functools import cache
from typing import Any, Literal, TypeVar

from chatkit.types import (
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    ChatKitReq,
    InferenceOptions,
    InputTranscribeReq,
    ItemsFeedbackReq,
    ThreadAddUserMessageParams,
    ThreadCreateParams,
    ThreadCustomActionParams,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsDeleteReq,
    ThreadsRetryAfterItemReq,
    ThreadsSyncCustomActionReq,
    ThreadsUpdateReq,
    UserMessageInput,
    UserMessageTextContent,
    WidgetItem,
)
from pydantic import BaseModel, TypeAdapter, ValidationError

from auth.principal import Principal
from chat_api.chatkit_protocol.context import RequestContext, RequestTurn
from chat_api.chatkit_protocol.items import ItemId, conversation_id_of
from chat_api.chatkit_protocol.store import ATTACHMENTS, ConversationStore
from chat_api.chatkit_protocol.task_widget import TaskAction
from chat_api.problems import MalformedBody, NotSupported
from chat_api.runtime import Runtime
from chat_api.timezones import TimezoneName
from chat_api.turns.service import RetryRequest, TurnRequest
from chat_api.turns.streams import LiveTurn
from db.access import Access
from db.conversations import MessageText
from db.engine import transaction
from db.errors import MessageNotFound
from db.timezones import RequestedTimezone
from db.turns import UserTurns
from db.values import Title

_UNSUPPORTED: dict[tuple[type[BaseModel], ...], str] = {
    (AttachmentsCreateReq, AttachmentsDeleteReq): ATTACHMENTS,
    (InputTranscribeReq,): "Dictation is not supported; send text.",
    (ThreadsAddClientToolOutputReq,): "There are no tools that run in the client.",
    (ThreadsAddStructuredInputReq,): "There are no forms to fill in.",
}

_WRITES = (
    *(ItemsFeedbackReq, ThreadsUpdateReq, ThreadsDeleteReq),
    *(ThreadsCustomActionReq, ThreadsSyncCustomActionReq),
)

Model = TypeVar("Model", bound=BaseModel)


class _Metadata(BaseModel):
    """What a client may send beside a request."""

    timezone: TimezoneName | None = None
    on_hang_up: Literal["stop", "finish"] = "stop"


class _MessageFields(BaseModel):
    text: MessageText


class _ThreadFields(BaseModel):
    title: Title


def parse_request(body: bytes) -> ChatKitReq:
    """Parse a request.

    Raises:
        MalformedBody: It is not one of the protocol.
    """
    try:
        return _request_adapter().validate_json(body)
    except ValidationError as error:
        raise MalformedBody(error.errors()) from error


async def prepare_request(
    request: ChatKitReq, caller: Principal, runtime: Runtime, key: str | None = None
) -> RequestContext:
    """Check a request, start its turn if it needs one, and return its context.

    A user's message in the request is replaced by its stored form. With an idempotency key it
    starts one turn, however often it is sent.

    Raises:
        MalformedBody: It breaks a rule of this service.
        NotSupported: The service has no such feature.
        NotFound: The user has no such conversation, or it has no such message.
        ConversationBusy: Another turn runs in it.
        IdempotencyMismatch: The key was used for another message.
        TooManyTurns, RateLimited, ServiceBusy: The user, or the process, has enough to do.
        Draining: The process is shutting down.
        DatabaseUnavailable: Nothing was stored.
    """
    _refuse_unsupported(request)
    if isinstance(request, _WRITES):
        await _count_write(caller, runtime)
    metadata = _validated(_Metadata, request.metadata)
    zone = RequestedTimezone(metadata.timezone, caller.timezone)
    turn = await _start_turn(request, caller, runtime, zone, key)
    context = RequestContext(
        runtime.sessions,
        caller.user_id,
        zone,
        turn,
        caller,
        metadata.on_hang_up == "stop",
    )
    match request:
        case ThreadsUpdateReq(params=params):
            params.title = _validated(_ThreadFields, {"title": params.title}).title
        case ThreadsCustomActionReq(params=params) | ThreadsSyncCustomActionReq(params=params):
            await _check_action(params, context)
        case _:
            pass
    return context


def _refuse_unsupported(request: ChatKitReq) -> None:
    for types, message in _UNSUPPORTED.items():
        if isinstance(request, types):
            raise NotSupported(message)


async def _count_write(caller: Principal, runtime: Runtime) -> None:
    """Count a request that changes something, before its stream begins."""
    limit = runtime.limits.writes
    user_id = caller.user_id
    with runtime.limits.remembering(user_id, limit.kind):
        async with transaction(
            runtime.sessions, user_id, Access.ADD, limit.spending, bearer=caller
        ):
            pass


async def _start_turn(
    request: ChatKitReq,
    caller: Principal,
    runtime: Runtime,
    zone: RequestedTimezone,
    key: str | None,
) -> RequestTurn | None:
    user_id, turns = caller.user_id, runtime.turns
    match request:
        case ThreadsCreateReq(params=params):
            text, thread = _stored_text(params), None
        case ThreadsAddUserMessageReq(params=params):
            text, thread = _stored_text(params), conversation_id_of(params.thread_id)
        case ThreadsRetryAfterItemReq(params=params):
            thread = conversation_id_of(params.thread_id)
            message_id = ItemId.parse(params.item_id).message_id
            params.item_id = str(message_id)
            retry = RetryRequest(user_id, thread, message_id, zone, "cards", caller)
            retried = await turns.retry(retry)
            return RequestTurn(retried, message_id)
        case _:
            return None
    turn = await turns.start(TurnRequest(user_id, text, thread, zone, key, "cards", caller))
    if isinstance(turn, LiveTurn):
        return RequestTurn(turn, turn.user_message_id)
    async with transaction(runtime.sessions, user_id, Access.READ) as session:
        message = await UserTurns(session, user_id).request(turn.turn_id)
    if message is None:
        raise MessageNotFound
    return RequestTurn(turn, message.id)


def _stored_text(params: ThreadCreateParams | ThreadAddUserMessageParams) -> str:
    """Return the text of the user's message, and leave only that in the request."""
    text = _message_text(params.input)
    params.input = UserMessageInput(
        content=[UserMessageTextContent(text=text)],
        attachments=[],
        inference_options=InferenceOptions(),
    )
    return text


def _message_text(message: UserMessageInput) -> str:
    """Return the text, a quotation first."""
    if message.attachments:
        raise NotSupported(ATTACHMENTS)
    text = " ".join(part.text for part in message.content)
    if message.quoted_text:
        quoted = "\n".join(f"> {line}" for line in message.quoted_text.splitlines())
        text = f"{quoted}\n\n{text}" if text.strip() else ""
    return _validated(_MessageFields, {"text": text}).text


async def _check_action(params: ThreadCustomActionParams, context: RequestContext) -> None:
    """Check that the thread, its list of tasks and the button exist."""
    store = ConversationStore()
    await store.load_thread(params.thread_id, context)
    if params.item_id is not None:
        item = await store.load_item(params.thread_id, params.item_id, context)
        if not isinstance(item, WidgetItem):
            raise MessageNotFound
    _validated(TaskAction, {"type": params.action.type, "payload": params.action.payload})


def _validated(model: type[Model], fields: dict[str, Any]) -> Model:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise MalformedBody(error.errors()) from error


@cache
def _request_adapter() -> TypeAdapter[ChatKitReq]:
    return TypeAdapter(ChatKitReq)

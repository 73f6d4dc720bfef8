"""Requests of the ChatKit protocol: read, checked, and their turn opened before anything streams.

Whatever can be refused is refused here, as a problem with its status; a stream that has started
could only break off.
"""

from functools import cache
from typing import Any, Literal, TypeVar

from chatkit.types import (
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    ChatKitReq,
    InferenceOptions,
    InputTranscribeReq,
    ThreadAddUserMessageParams,
    ThreadCreateParams,
    ThreadCustomActionParams,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    ThreadsSyncCustomActionReq,
    ThreadsUpdateReq,
    UserMessageInput,
    UserMessageTextContent,
    WidgetItem,
)
from pydantic import BaseModel, TypeAdapter, ValidationError

from auth.principal import Principal
from chat_api.chatkit_protocol.context import RequestContext
from chat_api.chatkit_protocol.item_ids import ItemId, conversation_id_of
from chat_api.chatkit_protocol.store import ATTACHMENTS, ConversationStore
from chat_api.chatkit_protocol.task_actions import TaskAction
from chat_api.problems import MalformedBody, NotSupported
from chat_api.runtime import Runtime
from chat_api.timezones import RequestedTimezone, TimezoneName
from chat_api.turns.service import TurnRequest
from chat_api.turns.streams import LiveTurn
from db.conversations import MessageText
from db.errors import MessageNotFound
from db.values import Title

_UNSUPPORTED: dict[tuple[type[BaseModel], ...], str] = {
    (AttachmentsCreateReq, AttachmentsDeleteReq): ATTACHMENTS,
    (InputTranscribeReq,): "Dictation is not supported; send text.",
    (ThreadsAddClientToolOutputReq,): "There are no tools that run in the client.",
    (ThreadsAddStructuredInputReq,): "There are no forms to fill in.",
}

Model = TypeVar("Model", bound=BaseModel)


class _Metadata(BaseModel):
    """What a client may say beside a request."""

    timezone: TimezoneName | None = None
    on_hang_up: Literal["stop", "finish"] = "stop"


class _Message(BaseModel):
    text: MessageText


class _Renamed(BaseModel):
    title: Title


def read(body: bytes) -> ChatKitReq:
    """Read a request.

    Raises:
        MalformedBody: It is none of the protocol's.
    """
    try:
        return _requests().validate_json(body)
    except ValidationError as error:
        raise MalformedBody(error.errors()) from error


async def prepare_request(
    request: ChatKitReq, caller: Principal, runtime: Runtime
) -> RequestContext:
    """Check a request, start its turn if it has one, and say so to the store and the server.

    What the user said is put as it was stored.

    Raises:
        MalformedBody: It breaks a rule of ours.
        NotSupported: There is no such thing here.
        NotFound: The user has no such conversation, or it has no such message.
        ConversationBusy: Another turn runs in it.
        Draining: The process is shutting down.
        DatabaseUnavailable: Nothing was stored.
    """
    _refuse_unsupported(request)
    metadata = _checked(_Metadata, request.metadata)
    zone = RequestedTimezone(metadata.timezone, caller.timezone)
    turn = await _open_turn(request, caller, runtime, zone)
    visit = RequestContext(runtime.sessions, caller.user_id, turn, metadata.on_hang_up == "stop")
    match request:
        case ThreadsUpdateReq(params=params):
            params.title = _checked(_Renamed, {"title": params.title}).title
        case ThreadsCustomActionReq(params=params) | ThreadsSyncCustomActionReq(params=params):
            await _check_action(params, visit)
        case _:
            pass
    return visit


def _refuse_unsupported(request: ChatKitReq) -> None:
    for kinds, sentence in _UNSUPPORTED.items():
        if isinstance(request, kinds):
            raise NotSupported(sentence)


async def _open_turn(
    request: ChatKitReq, caller: Principal, runtime: Runtime, zone: RequestedTimezone
) -> LiveTurn | None:
    match request:
        case ThreadsCreateReq(params=params):
            asked = TurnRequest(caller.user_id, _said(params), None, zone)
        case ThreadsAddUserMessageReq(params=params):
            thread = conversation_id_of(params.thread_id)
            asked = TurnRequest(caller.user_id, _said(params), thread, zone)
        case ThreadsRetryAfterItemReq(params=params):
            thread = conversation_id_of(params.thread_id)
            message_id = ItemId.read(params.item_id).message_id
            params.item_id = str(message_id)
            return await runtime.turns.retry(caller.user_id, thread, message_id, zone)
        case _:
            return None
    turn = await runtime.turns.start(asked)
    assert isinstance(turn, LiveTurn)  # noqa: S101  without a key every turn is new
    return turn


def _said(params: ThreadCreateParams | ThreadAddUserMessageParams) -> str:
    """Return what the user says, and leave it in the request as it will be stored."""
    text = _text(params.input)
    params.input = UserMessageInput(
        content=[UserMessageTextContent(text=text)],
        attachments=[],
        inference_options=InferenceOptions(),
    )
    return text


def _text(given: UserMessageInput) -> str:
    """Return what the user says, a quotation first."""
    if given.attachments:
        raise NotSupported(ATTACHMENTS)
    text = " ".join(part.text for part in given.content)
    if given.quoted_text:
        quoted = "\n".join(f"> {line}" for line in given.quoted_text.splitlines())
        text = f"{quoted}\n\n{text}" if text.strip() else ""
    return _checked(_Message, {"text": text}).text


async def _check_action(params: ThreadCustomActionParams, visit: RequestContext) -> None:
    """Make sure that the thread, its list and the button are there."""
    store = ConversationStore()
    await store.load_thread(params.thread_id, visit)
    if params.item_id is not None:
        item = await store.load_item(params.thread_id, params.item_id, visit)
        if not isinstance(item, WidgetItem):
            raise MessageNotFound
    _checked(TaskAction, {"type": params.action.type, "payload": params.action.payload})


def _checked(kind: type[Model], given: dict[str, Any]) -> Model:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise MalformedBody(error.errors()) from error


@cache
def _requests() -> TypeAdapter[ChatKitReq]:
    return TypeAdapter(ChatKitReq)

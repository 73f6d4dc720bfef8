"""A running or ended turn, followed in terms of ChatKit from any point on any replica."""

from collections.abc import AsyncIterator, Iterator

from chatkit.types import (
    ErrorEvent,
    NoticeEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadStreamEvent,
)
from sse_starlette import ServerSentEvent

from chat_api.chatkit_protocol.context import RequestContext
from chat_api.chatkit_protocol.items import ThreadMessage
from chat_api.chatkit_protocol.store import current_items
from chat_api.chatkit_protocol.stream import ReplyTranslation
from chat_api.events import TerminalEvent, TurnCancelled, TurnFailed
from chat_api.turns.streams import TurnStream
from db.turns import UserTurns


async def followed_turn(
    turn: TurnStream, context: RequestContext, *, after: int = 0
) -> AsyncIterator[ServerSentEvent]:
    """Yield what `followed_events` does, as it is sent."""
    async for event, number in followed_events(turn, context, after=after):
        yield _encoded(event, number)


async def followed_events(
    turn: TurnStream, context: RequestContext, *, after: int = 0
) -> AsyncIterator[tuple[ThreadStreamEvent, int | None]]:
    """Yield the events of a turn's thread that come after the turn event of number `after`.

    A turn event can be several thread events: the last of them has its number, so that a client
    that was cut off in between receives all of them again.

    The id of the reply is not known before it is stored. Until then its items have the id of the
    turn, and they are removed when the stored items are sent.
    """
    translation = ReplyTranslation(turn.conversation_id, turn.turn_id)
    provisional: list[str] = []
    # From the start, also to resume: the translation counts the steps and collects the text.
    async for number, event in turn.events():
        translated = list(translation.events(event))
        provisional += [
            each.item.id for each in translated if isinstance(each, ThreadItemAddedEvent)
        ]
        if isinstance(event, TerminalEvent):
            translated += [ThreadItemRemovedEvent(item_id=item_id) for item_id in provisional]
            translated += await _stored_items(turn, context)
            translated += _early_end(event)
        elif number <= after:
            continue
        for index, each in enumerate(translated, 1):
            yield each, number if index == len(translated) else None


async def _stored_items(turn: TurnStream, context: RequestContext) -> list[ThreadStreamEvent]:
    async with context.transaction() as session:
        reply = await UserTurns(session, context.user_id).reply(turn.turn_id)
        if reply is None:
            # Replaced by a retry meanwhile.
            return []
        (items,) = await current_items(session, context, [ThreadMessage.of(reply)])
    return [ThreadItemDoneEvent(item=item) for item in items]


def _early_end(event: TerminalEvent) -> Iterator[ThreadStreamEvent]:
    if isinstance(event, TurnCancelled):
        yield NoticeEvent(level="info", message=event.message)
    if isinstance(event, TurnFailed):
        yield ErrorEvent(code="custom", message=event.message, allow_retry=True)


def _encoded(event: ThreadStreamEvent, number: int | None) -> ServerSentEvent:
    data = event.model_dump_json(
        by_alias=True, exclude_none=True, context={"exclude_metadata": True}
    )
    return ServerSentEvent(data, id=None if number is None else str(number), sep="\n")

"""Turns whose process is gone: ended by whoever notices, with what is known of them."""

import logging
from uuid import UUID

from pydantic import TypeAdapter

from chat_api.agent.failures import INTERRUPTED
from chat_api.agent.reply import Reply
from chat_api.events import TextDelta, ToolCalled, ToolFinished, TurnEvent, Usage
from chat_api.turn_ending import ending, kept, outcome
from chat_api.turn_stream import StreamedEvent
from db.engine import Sessions, transaction
from db.idempotency import IdempotentWrites
from db.turn_events import KeptEvent, UserTurnEvents
from db.turns import UserTurns
from db.wakeups import notify, turn_topic

# The dead process may have sent events that it did not store. What follows them must have a
# higher number than any of those.
_GAP = 1_000_000

_EVENT: TypeAdapter[StreamedEvent] = TypeAdapter(TurnEvent)

logger = logging.getLogger(__name__)


def event_of(stored: KeptEvent) -> StreamedEvent:
    """Return a stored event as it was sent."""
    return _EVENT.validate_python({"type": stored.type, **stored.payload})


async def recover(sessions: Sessions, user_id: str, turn_id: UUID) -> bool:
    """End a turn as interrupted if its lease is over; return whether this call did.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    async with transaction(sessions, user_id) as session:
        turns = UserTurns(session, user_id)
        turn = await turns.take_over(turn_id)
        if turn is None:
            return False
        events = UserTurnEvents(session, user_id)
        stored = await events.all_of(turn_id)
        reply = Reply(turn.conversation_id, turn_id)
        for event in map(event_of, stored):
            if isinstance(event, TextDelta | ToolCalled | ToolFinished):
                reply.add(event)
        writes = await IdempotentWrites(session, user_id).of_turn(turn.retry_of or turn_id)
        reply.settle(writes)
        last = ending(reply, Usage(), INTERRUPTED, "interrupted")
        await turns.close(turn_id, outcome(reply, Usage(), INTERRUPTED, "interrupted"))
        seq = (stored[-1].seq if stored else 0) + _GAP
        await events.append(turn_id, kept([(seq, last)]))
        await notify(session, turn_topic(turn_id))
    logger.warning("Turn %s was interrupted: its process is gone", turn_id)
    return True

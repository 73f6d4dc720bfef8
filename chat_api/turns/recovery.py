"""Turns whose process is gone: ended by whoever notices, with what is known of them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from pydantic import TypeAdapter

from chat_api.agent.failures import INTERRUPTED
from chat_api.events import StreamedEvent, TextDelta, ToolCalled, ToolFinished, TurnEvent, Usage
from chat_api.turns.result import Reply, ending, kept, outcome
from db.engine import Sessions, transaction
from db.errors import DatabaseUnavailable
from db.idempotency import IdempotentWrites
from db.notifier import notify, turn_topic
from db.sweep import abandoned_turns, forget_old_events
from db.turn_events import StoredEvent, UserTurnEvents
from db.turns import UserTurns

# The dead process may have sent events that it did not store. What follows them must have a
# higher number than any of those.
_GAP = 1_000_000

_EVENT: TypeAdapter[StreamedEvent] = TypeAdapter(TurnEvent)

logger = logging.getLogger(__name__)


def event_of(stored: StoredEvent) -> StreamedEvent:
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


_FORGET_SECONDS = 3600
_SWEEPS_PER_LEASE = 5


@asynccontextmanager
async def sweeping(sessions: Sessions, lease: float) -> AsyncIterator[None]:
    """Sweep while the block runs; `lease` is a turn's, in seconds.

    Every replica sweeps: who comes second finds nothing left to do.
    """
    task = asyncio.create_task(_sweep(sessions, lease / _SWEEPS_PER_LEASE))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _sweep(sessions: Sessions, pause: float) -> None:
    since_forgetting = float("inf")
    while True:
        try:
            for turn in await abandoned_turns(sessions):
                await recover(sessions, turn.user_id, turn.turn_id)
            if since_forgetting >= _FORGET_SECONDS:
                await forget_old_events(sessions)
                since_forgetting = 0
        except DatabaseUnavailable:
            pass
        except Exception:
            logger.exception("Sweeping failed; it goes on")
        await asyncio.sleep(pause)
        since_forgetting += pause

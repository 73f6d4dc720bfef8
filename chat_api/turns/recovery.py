"""Turns whose process is gone: whichever process notices ends them with what is stored of them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager
from uuid import UUID

from pydantic import ValidationError

from chat_api.events import AgentEvent
from chat_api.turns.background import background_task
from chat_api.turns.result import (
    TURN_INTERRUPTED,
    ReplyBuilder,
    event_batch,
    streamed_event,
    terminal_event,
    turn_outcome,
)
from db.engine import Sessions, transaction
from db.errors import DatabaseUnavailable
from db.idempotency import writes_of_turn
from db.outages import outage_within
from db.sweep import AbandonedTurn, abandoned_turns
from db.telemetry.metrics import metrics
from db.turn_events import StoredEvent, UserTurnEvents
from db.turn_writes import close_turn
from db.turns import UserTurns
from db.user_connection import connection_of

# The dead process may have streamed events that it did not store. The terminal event must have a
# higher number than any of those.
_SEQ_GAP = 1_000_000
_SWEEPS_PER_LEASE = 2

logger = logging.getLogger(__name__)


async def recover(sessions: Sessions, lease: float, user_id: str, turn_id: UUID) -> bool:
    """End a turn as interrupted if its lease has expired; return whether this call did.

    After an outage living processes renew theirs first: they have the length of a lease for it.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    if outage_within(sessions, lease):
        return False
    async with transaction(sessions, user_id) as session:
        turns = UserTurns(session, user_id)
        connection = await connection_of(session, user_id)
        turn = await turns.take_over(turn_id)
        if turn is None:
            return False
        stored = await UserTurnEvents(session, user_id).all_of(turn_id)
        reply = _reply_of(turn.conversation_id, turn_id, stored)
        reply.add_writes(await writes_of_turn(connection, turn.retry_of or turn_id))
        answer = reply.answer()
        seq = (stored[-1].seq if stored else 0) + _SEQ_GAP
        await close_turn(
            connection,
            turn_id,
            turn_outcome(answer, TURN_INTERRUPTED),
            await turns.next_message_id(turn.conversation_id),
            event_batch([(seq, terminal_event(answer, TURN_INTERRUPTED))]),
        )
    metrics().turns.recovered.inc()
    logger.warning("Turn %s was interrupted: its process is gone", turn_id)
    return True


def _reply_of(conversation_id: UUID, turn_id: UUID, stored: list[StoredEvent]) -> ReplyBuilder:
    """Return what is stored of a reply, without events of a version that writes them otherwise."""
    reply = ReplyBuilder(conversation_id, turn_id)
    unreadable = 0
    for each in stored:
        try:
            event = streamed_event(each)
        except ValidationError:
            unreadable += 1
            continue
        if isinstance(event, AgentEvent):
            reply.add(event)
    if unreadable:
        logger.warning("%s events of turn %s can't be read", unreadable, turn_id)
    return reply


@asynccontextmanager
async def sweeping(
    sessions: Sessions, lease: float, running: Container[UUID]
) -> AsyncIterator[None]:
    """Recover abandoned turns while the block runs; `lease` is a turn's, in seconds.

    Every replica sweeps; a turn is ended by one of them. Those in `running` are this process's own:
    they are not abandoned, however late it renews their leases.
    """
    async with background_task(_sweep(sessions, lease, running)):
        yield


async def _sweep(sessions: Sessions, lease: float, running: Container[UUID]) -> None:
    pause = lease / _SWEEPS_PER_LEASE
    while True:
        try:
            for turn in await abandoned_turns(sessions):
                if turn.turn_id not in running:
                    await _recover(sessions, lease, turn)
        except DatabaseUnavailable:
            pass
        except Exception:
            metrics().service.background_failures.labels("sweeping").inc()
            logger.exception("A sweep failed; the next one is tried")
        await asyncio.sleep(pause)


async def _recover(sessions: Sessions, lease: float, turn: AbandonedTurn) -> None:
    """Recover one turn; one that can't be recovered keeps no other waiting."""
    try:
        await recover(sessions, lease, turn.user_id, turn.turn_id)
    except DatabaseUnavailable:
        raise
    except Exception:
        logger.exception("Turn %s could not be recovered; it is tried again", turn.turn_id)

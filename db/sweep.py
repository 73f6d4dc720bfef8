"""Sweeping across all users: finds abandoned turns, deletes old events, answers and ledger entries.

Its role may read the ids of such turns and delete such rows, and nothing else.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CursorResult, Delete, delete, func, tuple_
from sqlmodel import col, select

from db.engine import Sessions, sweeper_transaction
from db.ledger import LedgerEntry
from db.models import IdempotencyKey, Turn, TurnEvent, TurnEventBatch

LEDGER_RETENTION = timedelta(days=2)

_BATCH = 100
_ANSWERS = 1000
_PORTION = timedelta(minutes=15)


@dataclass(frozen=True)
class AbandonedTurn:
    """A running turn whose lease expired."""

    user_id: str
    turn_id: UUID


async def abandoned_turns(sessions: Sessions) -> list[AbandonedTurn]:
    """Return up to 100 turns whose lease expired, of any user.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    query = (
        select(Turn.user_id, Turn.id)
        .where(col(Turn.status) == "running", col(Turn.lease_until) < func.now())
        .limit(_BATCH)
    )
    async with sweeper_transaction(sessions) as session:
        return [AbandonedTurn(*row) for row in (await session.execute(query)).all()]


async def delete_old_entries(sessions: Sessions) -> None:
    """Delete what the ledger holds of windows that ended days ago.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    over = col(LedgerEntry.window_start) < func.now() - LEDGER_RETENTION
    await _delete(sessions, delete(LedgerEntry).where(over))


async def delete_old_answers(sessions: Sessions, lifetime: timedelta) -> None:
    """Delete the answers to repeated requests that are older, but for those of turns.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    old = (
        select(IdempotencyKey.user_id, IdempotencyKey.key)
        .where(
            col(IdempotencyKey.turn_id).is_(None),
            col(IdempotencyKey.created_at) < func.now() - lifetime,
        )
        .order_by(col(IdempotencyKey.created_at))
        .limit(_ANSWERS)
    )
    key = tuple_(col(IdempotencyKey.user_id), col(IdempotencyKey.key))
    portion = delete(IdempotencyKey).where(key.in_(old))
    while await _delete(sessions, portion) == _ANSWERS:
        pass


async def _delete(sessions: Sessions, portion: Delete) -> int:
    async with sweeper_transaction(sessions) as session:
        deleted = await session.execute(portion.execution_options(synchronize_session=False))
        assert isinstance(deleted, CursorResult)  # noqa: S101  it is no query
        return deleted.rowcount


async def delete_old_events(sessions: Sessions, age: timedelta) -> None:
    """Delete events that are older; the database keeps those of a day whatever is asked for.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    for table in (TurnEventBatch, TurnEvent):
        while await _delete_oldest(sessions, table, age):
            pass


async def _delete_oldest(
    sessions: Sessions, table: type[TurnEventBatch | TurnEvent], age: timedelta
) -> bool:
    """Delete the first old events, and return whether there were any."""
    created_at = col(table.created_at)
    oldest = select(func.min(created_at)).scalar_subquery()
    old = created_at < func.now() - age
    portion = delete(table).where(old, created_at < oldest + _PORTION)
    return await _delete(sessions, portion) > 0

"""Sweeping across all users: finds abandoned turns, deletes old events.

Its role may read the ids of such turns and delete such events, and nothing else.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select

from db.engine import Sessions, sweeper_transaction
from db.models import Turn, TurnEvent, TurnEventBatch

EVENT_RETENTION = timedelta(days=1)

_BATCH = 100


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


async def delete_old_events(sessions: Sessions) -> None:
    """Delete events that are older than a day.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    async with sweeper_transaction(sessions) as session:
        for table in (TurnEventBatch, TurnEvent):
            old = delete(table).where(col(table.created_at) < func.now() - EVENT_RETENTION)
            await session.execute(old.execution_options(synchronize_session=False))

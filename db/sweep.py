"""What is done for users that no request is for: finding abandoned turns, ending old events' day.

A role of its own may see the ids of such turns and delete such events, and nothing else.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select

from db.engine import Sessions, sweeper_transaction
from db.models import Turn, TurnEvent

EVENTS_KEPT_FOR = timedelta(days=1)

_BATCH = 100


@dataclass(frozen=True)
class AbandonedTurn:
    """A running turn whose process let the lease run out."""

    user_id: str
    turn_id: UUID


async def abandoned_turns(sessions: Sessions) -> list[AbandonedTurn]:
    """Return turns to be ended, of any user.

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


async def forget_old_events(sessions: Sessions) -> None:
    """Delete the events of turns whose day is over.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    old = (
        delete(TurnEvent)
        .where(col(TurnEvent.created_at) < func.now() - EVENTS_KEPT_FOR)
        .execution_options(synchronize_session=False)
    )
    async with sweeper_transaction(sessions) as session:
        await session.execute(old)

"""The leases of the turns that one process runs: one statement renews all, whoever owns them.

Its role may read when running turns were stopped or followed, renew their leases, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from db.engine import Sessions, lease_transaction
from db.turn_values import TurnSignals

_SIGNALS = """
    select t.id, t.cancel_requested_at is not null, t.followed_at is not null
    from unnest(cast(:user_ids as text[]), cast(:turn_ids as uuid[])) as mine (user_id, id)
    join turns t on t.user_id = mine.user_id and t.id = mine.id
    where t.status = 'running'
"""

_READ = text(_SIGNALS)

# A turn that its tool or its end has locked is renewed the next time: the others don't wait for it.
_RENEW = text(
    f"""
    with held as (
        select t.user_id, t.id
        from unnest(cast(:user_ids as text[]), cast(:turn_ids as uuid[])) as mine (user_id, id)
        join turns t on t.user_id = mine.user_id and t.id = mine.id
        where t.status = 'running'
        for no key update of t skip locked
    ), renewed as (
        update turns t set lease_until = now() + cast(:lease as interval)
        from held where t.user_id = held.user_id and t.id = held.id
    )
    {_SIGNALS}
    """  # noqa: S608  the text is ours
)


@dataclass(frozen=True)
class LeasedTurn:
    """A turn that this process runs."""

    user_id: str
    turn_id: UUID


async def renew_leases(
    sessions: Sessions, turns: Sequence[LeasedTurn], lease: timedelta
) -> dict[UUID, TurnSignals]:
    """Renew the leases of turns; return what others have noted on those that still run.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    return await _signals(sessions, _RENEW, {**_ids(turns), "lease": lease})


async def read_signals(sessions: Sessions, turns: Sequence[LeasedTurn]) -> dict[UUID, TurnSignals]:
    """Return what others have noted on those of the turns that still run.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    return await _signals(sessions, _READ, _ids(turns))


def _ids(turns: Sequence[LeasedTurn]) -> dict[str, Any]:
    return {
        "user_ids": [turn.user_id for turn in turns],
        "turn_ids": [turn.turn_id for turn in turns],
    }


async def _signals(
    sessions: Sessions, statement: TextClause, values: dict[str, Any]
) -> dict[UUID, TurnSignals]:
    async with lease_transaction(sessions) as session:
        rows = (await session.execute(statement, values)).all()
    return {row[0]: TurnSignals(*row[1:]) for row in rows}

"""What a process does for all turns that it runs, whoever owns them: one statement for each.

Its role may read what others noted on running turns, renew their leases, add events to them, and
nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from db.engine import Sessions, runner_transaction
from db.notifier import notify, turn_topic
from db.turn_events import EventBatch
from db.turn_values import Renewal, TurnSignals

_MINE = """
    from unnest(cast(:user_ids as text[]), cast(:turn_ids as uuid[])) as mine (user_id, id)
    join turns t on t.user_id = mine.user_id and t.id = mine.id
    where t.status = 'running'
"""
_SIGNALS = (
    "t.id, t.cancel_requested_at is not null as stopped, t.followed_at is not null as followed"
)

_READ = text(f"select {_SIGNALS} {_MINE}")

# A turn that its tool or its end has locked is renewed the next time: the others don't wait for it.
_RENEW = text(
    f"""
    with running as (
        select t.user_id, {_SIGNALS} {_MINE}
    ), held as (
        select t.user_id, t.id
        {_MINE}
        for no key update of t skip locked
    ), renewed as (
        update turns t set lease_until = now() + cast(:lease as interval)
        from held where t.user_id = held.user_id and t.id = held.id
    )
    select id, stopped, followed, exists (
        select from held where held.user_id = running.user_id and held.id = running.id
    )
    from running
    """  # noqa: S608  the text is ours
)

# The lock keeps who ends a turn waiting: what is stored of it then is what its reply is made of.
_SAVE = text(
    """
    with held as (
        select t.user_id, t.id, t.followed_at, mine.first_seq, mine.last_seq, mine.events
        from unnest(
            cast(:user_ids as text[]), cast(:turn_ids as uuid[]),
            cast(:first_seqs as int[]), cast(:last_seqs as int[]), cast(:events as text[])
        ) as mine (user_id, id, first_seq, last_seq, events)
        join turns t on t.user_id = mine.user_id and t.id = mine.id
        where t.status = 'running'
        for share of t skip locked
    ), saved as (
        insert into turn_event_batches (user_id, turn_id, first_seq, last_seq, events)
        select user_id, id, first_seq, last_seq, cast(events as jsonb) from held
        on conflict do nothing
    )
    select id, followed_at is not null from held
    """
)


@dataclass(frozen=True)
class RunningTurn:
    """A turn that this process runs."""

    user_id: str
    turn_id: UUID


async def renew_leases(
    sessions: Sessions, turns: Sequence[RunningTurn], lease: timedelta
) -> Renewal:
    """Renew the leases of turns that still run, but for those that are locked just now.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    rows = await _rows(sessions, _RENEW, {**_ids(turns), "lease": lease})
    renewed = frozenset(row[0] for row in rows if row[-1])
    return Renewal(renewed, {row[0]: TurnSignals(*row[1:-1]) for row in rows})


async def read_signals(sessions: Sessions, turns: Sequence[RunningTurn]) -> dict[UUID, TurnSignals]:
    """Return what others have noted on those of the turns that still run.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    rows = await _rows(sessions, _READ, _ids(turns))
    return {row[0]: TurnSignals(*row[1:]) for row in rows}


async def save_events(sessions: Sessions, batches: Mapping[RunningTurn, EventBatch]) -> set[UUID]:
    """Store a batch of events for each turn; return the turns whose batch is stored.

    A batch whose commit was not confirmed is sent again as it was. That of a turn which ends, or
    which is locked just now, is not stored.

    Raises:
        DatabaseUnavailable: Nothing was stored, or it was not confirmed.
    """
    values = {
        **_ids(tuple(batches)),
        "first_seqs": [batch.first_seq for batch in batches.values()],
        "last_seqs": [batch.last_seq for batch in batches.values()],
        "events": [json.dumps(batch.packed()) for batch in batches.values()],
    }
    async with runner_transaction(sessions) as session:
        rows = (await session.execute(_SAVE, values)).all()
        for turn_id, followed in rows:
            if followed:
                await notify(session, turn_topic(turn_id))
    return {row[0] for row in rows}


def _ids(turns: Sequence[RunningTurn]) -> dict[str, Any]:
    return {
        "user_ids": [turn.user_id for turn in turns],
        "turn_ids": [turn.turn_id for turn in turns],
    }


async def _rows(sessions: Sessions, statement: TextClause, values: dict[str, Any]) -> Sequence[Any]:
    async with runner_transaction(sessions) as session:
        return (await session.execute(statement, values)).all()

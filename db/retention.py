"""What of all users is deleted once it is old, in portions that no statement takes long for.

Whichever process claims a run does it, with the role of the sweeper. Changes and deleted tasks are
only found with it: each user's are deleted in a transaction of that user, beside whose writes.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import TextClause, text

from db.access import Access
from db.engine import Sessions, sweeper_transaction
from db.errors import NoAuthority
from db.reminder_firing import delete_old_notifications
from db.sweep import delete_old_answers, delete_old_entries, delete_old_events
from db.user_connection import user_connection

RUN_EVERY = timedelta(hours=1)
_PORTION = 1000
_FIRST: dict[str, Any] = {"moment": datetime.min.replace(tzinfo=UTC), "user_id": "", "id": 0}


@dataclass(frozen=True)
class Retention:
    """How long what is stored is needed.

    `history` are changes of tasks, and tasks that were deleted; `turn_keys` the keys by which a
    repeated message is recognised, once its turn has ended.
    """

    events: timedelta
    answers: timedelta
    turn_keys: timedelta
    history: timedelta
    notifications: timedelta


# The row of the empty user, which nobody has, says when the last run began.
_CLAIM = text(
    """
    insert into ledger (user_id, kind, window_start, amount) values ('', 'retention', now(), 1)
    on conflict (user_id, kind, client) do update set window_start = excluded.window_start
    where timezone('UTC', ledger.window_start)
        <= timezone('UTC', excluded.window_start) - cast(:every as interval)
    returning window_start
    """
)
_FORGET_KEYS = text(
    """
    update turns set idempotency_key = null, request_hash = null
    where (user_id, id) in (
        select user_id, id from turns
        where idempotency_key is not null and status <> 'running'
            and created_at < now() - cast(:age as interval)
        order by created_at
        limit :portion
    )
    """
)
# The newest number of a user stays, so that it is not given again: clients know what they have read
# by it. With it stay the other changes of its group, which undo takes back together.
_SUPERSEDED = """
    exists (
        select from task_changes n
        where n.user_id = c.user_id and n.id > c.id
            and (c.group_id is null or n.group_id is distinct from c.group_id)
    )
"""
# Of a deleted task the changes are deleted first: it may be restored as long as there is one.
_UNREFERENCED = """
    exists (select from tasks n where n.user_id = t.user_id and n.id > t.id)
    and not exists (select from task_changes c where c.user_id = t.user_id and c.task_id = t.id)
"""
_OLD_CHANGES = text(
    f"""
    select c.created_at as moment, c.user_id, c.id, {_SUPERSEDED} as goes
    from task_changes c
    where c.created_at < now() - cast(:age as interval)
        and (c.created_at, c.user_id, c.id) > (:moment, :user_id, :id)
    order by c.created_at, c.user_id, c.id
    limit :portion
    """  # noqa: S608  the text is ours
)
_DELETED_TASKS = text(
    f"""
    select t.deleted_at as moment, t.user_id, t.id, {_UNREFERENCED} as goes
    from tasks t
    where t.deleted_at < now() - cast(:age as interval)
        and (t.deleted_at, t.user_id, t.id) > (:moment, :user_id, :id)
    order by t.deleted_at, t.user_id, t.id
    limit :portion
    """  # noqa: S608  the text is ours
)
_DELETE_CHANGES = f"""
    delete from task_changes where user_id = $1 and id in (
        select c.id from task_changes c
        where c.user_id = $1 and c.created_at < now() - cast($2 as interval) and {_SUPERSEDED}
        order by c.id
        limit {_PORTION}
    )
    returning id
"""  # noqa: S608  the text is ours
_DELETE_TASKS = f"""
    delete from tasks where user_id = $1 and id in (
        select t.id from tasks t
        where t.user_id = $1 and t.deleted_at < now() - cast($2 as interval) and {_UNREFERENCED}
        order by t.id
        limit {_PORTION}
    )
    returning id
"""  # noqa: S608  the text is ours


async def claim_run(sessions: Sessions, every: timedelta = RUN_EVERY) -> bool:
    """Return whether this process is to run now: one of all, once in so much time.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    async with sweeper_transaction(sessions) as session:
        claimed = await session.execute(_CLAIM, {"every": every})
        return claimed.one_or_none() is not None


async def delete_old(sessions: Sessions, retention: Retention) -> None:
    """Delete all that is older than it is needed.

    Raises:
        DatabaseUnavailable: Postgres can't be reached; what was deleted so far is.
    """
    await delete_old_events(sessions, retention.events)
    await delete_old_entries(sessions)
    await delete_old_answers(sessions, retention.answers)
    await delete_old_notifications(sessions, retention.notifications)
    await forget_old_keys(sessions, retention.turn_keys)
    await delete_old_history(sessions, retention.history)


async def forget_old_keys(sessions: Sessions, age: timedelta) -> None:
    """Forget the keys of the messages whose turns have ended and are older.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    values = {"age": age, "portion": _PORTION}
    forgotten = _PORTION
    while forgotten == _PORTION:
        async with sweeper_transaction(sessions) as session:
            forgotten = (await session.execute(_FORGET_KEYS, values)).rowcount  # type: ignore[attr-defined]


async def delete_old_history(sessions: Sessions, age: timedelta) -> None:
    """Delete the changes that are older, and the tasks that were deleted before that.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    for found, deletion in ((_OLD_CHANGES, _DELETE_CHANGES), (_DELETED_TASKS, _DELETE_TASKS)):
        async for user_id in _users(sessions, found, age):
            # Who is erased meanwhile leaves nothing to delete.
            with suppress(NoAuthority):
                while await _delete_portion(sessions, user_id, deletion, age) == _PORTION:
                    pass


async def _delete_portion(sessions: Sessions, user_id: str, deletion: str, age: timedelta) -> int:
    async with user_connection(sessions, user_id, Access.WRITE) as connection:
        return len(await connection.fetch(deletion, age))


async def _users(sessions: Sessions, found: TextClause, age: timedelta) -> AsyncIterator[str]:
    """Yield the users who have rows that go, each once for a portion of the rows of all."""
    after = _FIRST
    while True:
        async with sweeper_transaction(sessions) as session:
            rows = (await session.execute(found, {"age": age, "portion": _PORTION, **after})).all()
        for user_id in {row.user_id for row in rows if row.goes}:
            yield user_id
        if len(rows) < _PORTION:
            return
        last = rows[-1]
        after = {"moment": last.moment, "user_id": last.user_id, "id": last.id}

"""Firing the reminders of all users: each becomes one notification, however many processes fire.

A reminder leaves `waiting` in the transaction that adds its notification, and its row is locked
meanwhile. So what a killed process had begun is undone, and fires anew.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import Sessions, reminders_transaction
from db.notifier import tasks_topic
from db.reminder_values import ReminderStatus
from db.telemetry.metrics import metrics
from db.user_scoped import next_id

LATE_AFTER = timedelta(minutes=1)
MISSED_AFTER = timedelta(days=1)

_BATCH = 500
_PORTION = 1000
# Rows that a write has locked are due again at once; their firing waits for its commit.
_DUE = text(
    """
    with due as (
        select r.user_id, r.id, r.task_id, r.fires_at, t.title,
            t.completed or t.deleted_at is not null as over,
            statement_timestamp() - r.fires_at as age
        from reminders r
        join tasks t on t.user_id = r.user_id and t.id = r.task_id
        where r.status = 'waiting' and r.fires_at <= now()
        order by r.fires_at
        limit :batch
        for no key update of r skip locked
    )
    select
        (
            select extract(epoch from min(fires_at) - statement_timestamp())
            from reminders where status = 'waiting'
        ) as seconds,
        due.*
    from (select) as one left join due on true
    """
)
_SETTLE = text(
    """
    with settled as (
        select user_id, id, status, case when status = 'delivered' then now() end as delivered_at
        from unnest(
            cast(:user_ids as text[]), cast(:ids as uuid[]), cast(:statuses as text[])
        ) as s (user_id, id, status)
    )
    update reminders r
    set status = s.status, delivered_at = s.delivered_at
    from settled s
    where r.user_id = s.user_id and r.id = s.id
    """
)
_NOTIFY = text(
    """
    with fired as (
        select * from unnest(
            cast(:user_ids as text[]), cast(:notification_ids as uuid[]),
            cast(:task_ids as int[]), cast(:ids as uuid[]), cast(:titles as text[]),
            cast(:moments as timestamptz[]), cast(:late as boolean[])
        ) as f (user_id, id, task_id, reminder_id, title, fires_at, late)
    ), made as (
        insert into notifications (user_id, id, task_id, reminder_id, title, fires_at, late)
        select * from fired
    )
    insert into push_deliveries (user_id, notification_id, subscription_id)
    select f.user_id, f.id, s.id
    from fired f join push_subscriptions s on s.user_id = f.user_id
    """
)
_DELETE_OLD = text(
    """
    delete from notifications where (user_id, id) in (
        select user_id, id from notifications
        where created_at < now() - cast(:age as interval)
        order by created_at
        limit :portion
    )
    returning id
    """
)
_WAKE = text("select pg_notify('todochat', topic) from unnest(cast(:topics as text[])) as topic")


@dataclass(frozen=True)
class Fired:
    """What one look has done; `seconds` is the time until the next reminder, if one waits."""

    notified: int
    seconds: float


@dataclass(frozen=True)
class _Due:
    """A reminder whose time has come, and its task; `age` is the time since then."""

    user_id: str
    id: UUID
    task_id: int
    fires_at: object
    title: str
    over: bool
    age: timedelta

    @property
    def status(self) -> ReminderStatus:
        """What becomes of it."""
        if self.over:
            return "dropped"
        return "missed" if self.age > MISSED_AFTER else "delivered"


async def fire_due(sessions: Sessions) -> Fired:
    """Fire up to 500 reminders whose time has come.

    What another process fires at this moment is left to it.

    Raises:
        DatabaseUnavailable: Postgres can't be reached; nothing was fired, or it is not confirmed.
    """
    async with reminders_transaction(sessions) as session:
        rows = (await session.execute(_DUE, {"batch": _BATCH})).all()
        seconds = rows[0][0]
        due = [_Due(*row[1:]) for row in rows if row[1] is not None]
        delivered = [one for one in due if one.status == "delivered"]
        if due:
            # The titles are read, and the policy of notifications checked, while they still wait.
            await _notify(session, delivered)
            await session.execute(_SETTLE, _settled(due))
    _count(due)
    return Fired(len(delivered), math.inf if seconds is None else float(seconds))


def _count(due: Sequence[_Due]) -> None:
    reminders = metrics().reminders
    reminders.due.set(len(due))
    for one in due:
        reminders.fired.labels(one.status).inc()
        if one.status == "delivered":
            reminders.delay_seconds.observe(one.age.total_seconds())
            reminders.late.inc(one.age > LATE_AFTER)


async def delete_old_notifications(sessions: Sessions, age: timedelta) -> None:
    """Delete notifications that are older; the database keeps those of 30 days in any case.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    deleted = _PORTION
    while deleted == _PORTION:
        async with reminders_transaction(sessions) as session:
            values = {"age": age, "portion": _PORTION}
            deleted = len((await session.execute(_DELETE_OLD, values)).all())


def _settled(due: Sequence[_Due]) -> dict[str, object]:
    return {
        "user_ids": [one.user_id for one in due],
        "ids": [one.id for one in due],
        "statuses": [one.status for one in due],
    }


async def _notify(session: AsyncSession, delivered: Sequence[_Due]) -> None:
    if not delivered:
        return
    values = {
        "user_ids": [one.user_id for one in delivered],
        "notification_ids": [next_id() for _ in delivered],
        "task_ids": [one.task_id for one in delivered],
        "ids": [one.id for one in delivered],
        "titles": [one.title for one in delivered],
        "moments": [one.fires_at for one in delivered],
        "late": [one.age > LATE_AFTER for one in delivered],
    }
    await session.execute(_NOTIFY, values)
    topics = {tasks_topic(one.user_id) for one in delivered}
    await session.execute(_WAKE, {"topics": list(topics)})

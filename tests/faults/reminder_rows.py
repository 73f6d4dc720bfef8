"""Many users' reminders, put into the database at once, and what became of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg

from db.notifier import REMINDERS_TOPIC

_LONGEST_SECONDS = 90
_LOOK_SECONDS = 0.05
_ADD = """
    with person as (
        select 'reminded-' || gen_random_uuid() as user_id from generate_series(1, $1)
    ), task as (
        insert into tasks (user_id, id, title, description, priority, completed, tags)
        select user_id, number, 'Task ' || number, '', 'none', false, '{}'
        from person, generate_series(1, $2) as number
        returning user_id, id
    )
    insert into reminders (user_id, id, task_id, spec, fires_at)
    select user_id, gen_random_uuid(), id, '0m',
        clock_timestamp() + cast($3 as interval) + random() * cast($4 as interval)
    from task
"""
_LEFT = "select count(*) from reminders where status = 'waiting' and spec = '0m'"
# A reminder that has another number of notifications than one, or does not say so.
_WRONG = """
    select r.status, count(n.id) as notifications
    from reminders r
    left join notifications n on n.user_id = r.user_id and n.reminder_id = r.id
        and n.fires_at = r.fires_at and n.title = 'Task ' || r.task_id
    where r.user_id like 'reminded-%'
    group by r.user_id, r.id
    having count(n.id) <> 1 or r.status <> 'delivered'
"""
_LATE = """
    select extract(epoch from n.created_at - n.fires_at) as seconds
    from notifications n where n.user_id like 'reminded-%'
"""


@dataclass(frozen=True)
class ReminderRows:
    """The reminders of many users, seen as the database's owner."""

    connection: Any

    async def clear(self) -> None:
        """Remove what was added before."""
        await self.connection.execute("delete from tasks where user_id like 'reminded-%'")

    async def add(self, users: int, each: int, *, delay: float, spread: float) -> int:
        """Add reminders that are due from `delay` seconds on, within `spread` seconds."""
        moments = (timedelta(seconds=delay), timedelta(seconds=spread))
        await self.connection.execute(_ADD, users, each, *moments)
        # A write that sets a reminder for so soon does so too.
        await self.connection.execute("select pg_notify('todochat', $1)", REMINDERS_TOPIC)
        return users * each

    async def waiting(self) -> int:
        """Return how many wait."""
        return int(await self.connection.fetchval(_LEFT))

    async def until_fired(self) -> None:
        """Wait until none waits."""
        async with asyncio.timeout(_LONGEST_SECONDS):
            left = await self.waiting()
            while left:
                await asyncio.sleep(_LOOK_SECONDS)
                left = await self.waiting()

    async def notified(self) -> int:
        """Return how many notifications there are."""
        statement = "select count(*) from notifications where user_id like 'reminded-%'"
        return int(await self.connection.fetchval(statement))

    async def wrong(self) -> list[tuple[str, int]]:
        """Return what did not become exactly one notification."""
        return [tuple(row) for row in await self.connection.fetch(_WRONG)]

    async def lateness(self) -> list[float]:
        """Return how many seconds late each one was, in order."""
        return sorted(float(row["seconds"]) for row in await self.connection.fetch(_LATE))


@asynccontextmanager
async def reminder_rows(database_url: str) -> AsyncIterator[ReminderRows]:
    """Connect, and remove what was added before."""
    connection = await asyncpg.connect(database_url)
    try:
        rows = ReminderRows(connection)
        await rows.clear()
        yield rows
    finally:
        await connection.close()

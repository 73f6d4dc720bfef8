"""How long a calendar app waits for the feed of a user with many tasks."""

import hashlib
import statistics
from collections.abc import AsyncIterator

from tests.bench.client import Request, Target, load
from tests.bench.figures import Row, at_most
from tests.bench.run import Options
from tests.bench.seeding import database, seed_users
from tests.bench.services import installation

_TASKS = 5_000
_TOKEN = "x" * 43
# A third have notes, a quarter repeats, and half of them a time and a reminder.
_SEED = """
with seeded as (
    insert into tasks (
        user_id, id, title, description, priority, tags, due_on, due_time, repeat, repeat_from
    )
    select $1, n, 'Buy milk, bread and whatever else is missing, number ' || n,
        case when n % 3 = 0 then repeat('Ask for the fresh one; it is behind the counter. ', 4)
            else '' end,
        'medium', array['home', 'shop'], date '2026-12-01' + n % 400,
        case when n % 2 = 0 then time '17:05' end,
        case when n % 4 = 0 then 'FREQ=MONTHLY;BYMONTHDAY='
            || extract(day from date '2026-12-01' + n % 400) end,
        case when n % 4 = 0 then 'due' end
    from generate_series(1, $2::int) n
    returning id, due_on, due_time
)
insert into reminders (user_id, id, task_id, spec, fires_at)
select $1, gen_random_uuid(), id, '10m', due_on + due_time from seeded where due_time is not null
"""


async def calendars(options: Options) -> AsyncIterator[Row]:
    """Read the whole feed again and again."""
    requests = options.choose(30, 10)
    async with installation() as made:
        (user,) = await seed_users(made.database_url, 1)
        async with database(made.database_url) as connection:
            await connection.execute(_SEED, user.name, _TASKS)
            await connection.execute(
                "insert into calendar_feeds (user_id, token_hash) values ($1, $2)",
                user.name,
                hashlib.sha256(_TOKEN.encode()).hexdigest(),
            )
            await connection.execute("vacuum analyze")
        url = f"{made.offline.url}/calendar/{_TOKEN}.ics"
        target = Target(lambda _client, _sent: Request(url, {}, method="GET"))
        await load(target, requests=3)
        loaded = await load(target, requests=requests)
        if loaded.errors:
            raise RuntimeError(str(dict(loaded.errors)))
    yield Row(
        bench="calendars",
        subject="ours",
        case=f"{_TASKS:,} tasks with a due date",
        measure="the whole feed, median",
        value=statistics.median(response.total for response in loaded.responses),
        unit="s",
        goal=at_most(0.3),
    )

"""What a page of a list costs among millions of rows, over one among a thousand: goal 6."""

import asyncio
from collections.abc import AsyncIterator

from db.migrate import upgrade
from tests.bench.calls import rest
from tests.bench.client import Target, load
from tests.bench.figures import Row, at_most
from tests.bench.run import Options
from tests.bench.seeding import database, seed_users
from tests.bench.services import installation
from tests.bench.usage import used

_FEW = 1_000
_OTHERS = 1_000
_LISTS = {
    "tasks": "tasks?limit=20",
    "pending tasks": "tasks?status=pending&limit=20",
    "conversations": "conversations?limit=20",
}
_TASKS = """
insert into tasks (user_id, id, title, description, priority, tags)
select $1::text || case when u = 0 then '' else '-other-' || u end, n, 'Task number ' || n, '',
       'none', '{}'
from generate_series($2::int, $3::int) u, generate_series(1, $4::int) n
"""
_CONVERSATIONS = """
insert into conversations (user_id, id, title)
select $1::text || case when u = 0 then '' else '-other-' || u end, gen_random_uuid(),
       'Conversation number ' || n
from generate_series($2::int, $3::int) u, generate_series(1, $4::int) n
"""


async def lists(options: Options) -> AsyncIterator[Row]:
    """Measure the same page in a small and in a large database, block by block."""
    own, others = options.choose(100_000, 10_000), options.choose(1_000_000, 100_000)
    requests = options.choose(300, 100)
    async with installation() as made:
        small_url, large_url = made.database_url, made.database_url.replace("/todochat?", "/large?")
        async with database(small_url) as connection:
            await connection.execute("create database large")
        await asyncio.to_thread(upgrade, large_url)
        small, large = made.offline, await made.api("offline", DATABASE_URL=large_url)
        user = (await seed_users(small_url, 1))[0]
        await _seed(small_url, user.name, _FEW, 0)
        await _seed(large_url, user.name, own, others)
        for name, path in _LISTS.items():
            targets = {api.pid: rest(api.url, [user], path) for api in (small, large)}
            few, many, foreign = await _measure(made.postgres, targets, requests)
            yield Row(
                bench="lists",
                subject="ours",
                case=f"{name}: {own:,} own and {others:,} of others / {_FEW:,}",
                measure="CPU of a page",
                value=many / few,
                unit="x",
                goal=at_most(1.2),
                foreign_cores=foreign,
            )


async def _measure(
    postgres: int, targets: dict[int, Target], requests: int
) -> tuple[float, float, float]:
    """Return the CPU seconds of both, and the foreign cores."""
    cpu: dict[int, list[float]] = {pid: [] for pid in targets}
    foreign: list[float] = []
    for target in targets.values():
        await load(target, requests=50)
    for _ in range(3):
        for pid, target in targets.items():
            with used({"API": pid, "Postgres": postgres}) as usage:
                loaded = await load(target, requests=requests)
            if loaded.errors:
                raise RuntimeError(str(dict(loaded.errors)))
            cpu[pid].append(sum(usage.cpu.values()))
            foreign.append(usage.foreign_cores)
    few, many = (min(found) for found in cpu.values())
    return few, many, min(foreign)


async def _seed(url: str, user: str, own: int, others: int) -> None:
    """Store the user's rows, and those of others, a thousand users each with as many."""
    async with database(url) as connection:
        for insert in (_TASKS, _CONVERSATIONS):
            await connection.execute(insert, user, 0, 0, own)
            await connection.execute(insert, user, 1, _OTHERS, others // _OTHERS)
        await connection.execute("vacuum analyze")

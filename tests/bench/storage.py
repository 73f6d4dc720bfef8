"""How much a database grows with turns, and what is left once retention has run: goal 6."""

from collections.abc import AsyncIterator
from datetime import timedelta

from db.engine import create_engine, create_sessions
from db.retention import Retention, delete_old
from tests.bench.client import load
from tests.bench.figures import Row, at_most
from tests.bench.model import LAST_WORD
from tests.bench.run import Options
from tests.bench.seeding import chat, database, seed_users
from tests.bench.services import installation
from tests.bench.turns import OPENAI, ours

_AT_ONCE = 8
_DAY = timedelta(days=1)
_AGED = ("turn_event_batches", "turns", "task_changes", "idempotency", "notifications")


async def storage(options: Options) -> AsyncIterator[Row]:
    """Measure between two vacuums: what updates leave behind is used again, as in a long run."""
    turns = options.choose(1500, 500)
    async with installation() as made:
        users = await seed_users(made.database_url, 100)
        api = await made.api(OPENAI)
        target = chat(api.url, users, "hello there", at_once=_AT_ONCE, whole=LAST_WORD.encode())
        empty = await _size(made.database_url, "vacuum full")
        warmed = await load(target, at_once=_AT_ONCE, requests=turns // 3)
        before = await _size(made.database_url, "vacuum")
        loaded = await load(target, at_once=_AT_ONCE, requests=turns)
        grown = await _size(made.database_url, "vacuum") - before
        await _let_age(made.database_url)
        left = await _size(made.database_url, "vacuum full") - empty
    yield Row(
        bench="storage",
        subject=ours(OPENAI),
        case="plain",
        measure="growth of the database a turn",
        value=grown / 1024 / len(loaded.responses),
        unit="KB",
        goal=at_most(3),
    )
    yield Row(
        bench="storage",
        subject=ours(OPENAI),
        case="plain, once retention has run",
        measure="growth of the database in 1,000 turns",
        value=left * 1000 / 1024**2 / (len(warmed.responses) + len(loaded.responses)),
        unit="MB",
    )


async def _size(url: str, vacuum: str) -> int:
    async with database(url) as connection:
        await connection.execute(vacuum)
        size: int = await connection.fetchval("select pg_database_size(current_database())")
        return size


async def _let_age(url: str) -> None:
    """Let a year pass for what there is, and delete what is then old."""
    async with database(url) as connection:
        for table in _AGED:
            await connection.execute(
                f"update {table} set created_at = created_at - interval '1 year'"
            )
    engine = create_engine(url, pool_size=1)
    await delete_old(
        create_sessions(engine), Retention(_DAY, _DAY, 30 * _DAY, 90 * _DAY, 30 * _DAY)
    )
    await engine.dispose()

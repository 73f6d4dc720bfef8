"""How much a database grows with each turn: goal 6."""

from collections.abc import AsyncIterator

from tests.bench.client import load
from tests.bench.figures import Row, at_most
from tests.bench.model import LAST_WORD
from tests.bench.run import Options
from tests.bench.seeding import chat, database, seed_users
from tests.bench.services import installation
from tests.bench.turns import OPENAI, ours

_AT_ONCE = 8


async def storage(options: Options) -> AsyncIterator[Row]:
    """Measure between two vacuums: what updates leave behind is used again, as in a long run."""
    turns = options.choose(1500, 500)
    async with installation() as made:
        users = await seed_users(made.database_url, 100)
        api = await made.api(OPENAI)
        target = chat(api.url, users, "hello there", at_once=_AT_ONCE, whole=LAST_WORD.encode())
        await load(target, at_once=_AT_ONCE, requests=turns // 3)
        before = await _vacuumed_size(made.database_url)
        loaded = await load(target, at_once=_AT_ONCE, requests=turns)
        grown = await _vacuumed_size(made.database_url) - before
    yield Row(
        bench="storage",
        subject=ours(OPENAI),
        case="plain",
        measure="growth of the database a turn",
        value=grown / 1024 / len(loaded.responses),
        unit="KB",
        goal=at_most(3),
    )


async def _vacuumed_size(url: str) -> int:
    async with database(url) as connection:
        await connection.execute("vacuum")
        size: int = await connection.fetchval("select pg_database_size(current_database())")
        return size

"""What every server must do: a small part of `make databases`, which runs whole files over each."""

import asyncio
from collections.abc import Iterator

import pytest

from db.engine import Sessions, create_engine, create_sessions, transaction
from db.migrate import upgrade
from db.retention import delete_old
from db.turn_values import Outcome
from db.values import NewTask, TaskFilter
from tests.db.conftest import user_tasks
from tests.db.test_retention import RETENTION
from tests.db.turns import close_turn, open_turn
from tests.servers import debian_postgres, flagged, pgbouncer


@pytest.fixture(params=["debian", "pgbouncer"])
def server_url(request: pytest.FixtureRequest, database_url: str) -> Iterator[str]:
    """A migrated database of another server than the embedded one, or behind a pooler."""
    if request.param == "debian":
        with debian_postgres() as url:
            upgrade(url)
            yield url
    else:
        with pgbouncer(database_url) as url:
            yield flagged(url)


@pytest.mark.requirement("FR-RUN-142")
async def test_tasks_and_turns_are_stored_on_every_server(server_url: str, user: str) -> None:
    engine = create_engine(server_url, pool_size=4)
    sessions = create_sessions(engine)
    others = [f"{user}-{number}" for number in range(8)]
    await asyncio.gather(*(_work(sessions, other) for other in others))
    await delete_old(sessions, RETENTION)
    for other in others:
        async with user_tasks(sessions, other) as tasks:
            page = await tasks.page(TaskFilter())
            assert [task.title for task in page.tasks] == ["eggs"]
            assert await tasks.last_change() == 3
    await engine.dispose()


async def _work(sessions: Sessions, user: str) -> None:
    async with transaction(sessions, user) as session:
        opened = await open_turn(session, user)
    for title in ("milk", "eggs"):
        async with user_tasks(sessions, user) as tasks:
            await tasks.add(NewTask(title=title, reminders=["in 1d"]))
    async with user_tasks(sessions, user) as tasks:
        await tasks.delete(1)
    async with transaction(sessions, user) as session:
        assert await close_turn(session, user, opened, Outcome("finished", "hi"))

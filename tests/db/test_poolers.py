"""PgBouncer in transaction mode, whether the URL names it or not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from sqlalchemy import text

from db import server
from db.engine import Sessions, create_engine, create_sessions, server_of, transaction
from db.notifier import Notifier, turn_topic
from db.readiness import notices
from db.values import NewTask
from tests.db.conftest import user_tasks
from tests.db.test_notifier import come_true, ends, heard, started, tell
from tests.servers import flagged, pgbouncer

# What an operator sets so that clients with such parameters may connect at all.
IGNORING = (
    "ignore_startup_parameters = "
    "statement_timeout,idle_in_transaction_session_timeout,tcp_user_timeout"
)
CONFIGURATIONS = {"refusing": [], "ignoring": [IGNORING]}


@pytest.fixture(scope="module", params=CONFIGURATIONS)
def pooler_url(request: pytest.FixtureRequest, database_url: str) -> Iterator[str]:
    with pgbouncer(database_url, *CONFIGURATIONS[request.param]) as url:
        yield url


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Sessions]:
    server.name_pooler.cache_clear()
    engine = create_engine(url, pool_size=8)
    yield create_sessions(engine)
    await engine.dispose()


async def add_tasks(sessions: Sessions, user: str, count: int) -> set[int]:
    async def add(title: str) -> int:
        async with user_tasks(sessions, user) as tasks:
            return (await tasks.add(NewTask(title=title))).id

    return set(await asyncio.gather(*(add(f"task {number}") for number in range(count))))


@pytest.mark.requirement("FR-RUN-140")
async def test_a_pooler_that_the_url_does_not_name_is_noticed_named_and_worked_with(
    pooler_url: str, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(pooler_url) as sessions:
        assert await add_tasks(sessions, user, 30) == set(range(1, 31))
        assert server_of(sessions).pooled
        assert notices(sessions) == ["unnamed_pooler"]
    (record,) = [one for one in caplog.records if one.name == "db.server"]
    assert record.levelno == logging.WARNING
    for words in ("?pgbouncer=true", "DATABASE_DIRECT_URL"):
        assert words in record.getMessage()


@pytest.mark.requirement("FR-RUN-140")
async def test_a_pooler_that_the_url_names_is_not_reported(
    pooler_url: str, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(flagged(pooler_url)) as sessions:
        assert await add_tasks(sessions, user, 10) == set(range(1, 11))
        assert notices(sessions) == []
    assert [one for one in caplog.records if one.name == "db.server"] == []


@pytest.mark.requirement("FR-RUN-140")
async def test_postgres_itself_is_taken_for_no_pooler(committed: Sessions, user: str) -> None:
    async with transaction(committed, user) as session:
        await session.execute(text("select 1"))
    assert not server_of(committed).noticed


@pytest.mark.requirement("FR-RUN-141")
async def test_notifications_of_changes_arrive_at_once_over_the_direct_url(
    pooler_url: str, database_url: str
) -> None:
    topic = turn_topic(uuid4())
    async with (
        connected(flagged(pooler_url)) as sessions,
        started(database_url) as notifier,
        heard(notifier, topic) as subscription,
    ):
        waiting = asyncio.create_task(ends(subscription.wait(60)))
        await tell(sessions, topic)
        assert await waiting


@pytest.mark.requirement("FR-TASK-208")
async def test_an_unnamed_pooler_without_notifications_is_reported_with_what_helps(
    pooler_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    notifier = Notifier(pooler_url)
    await notifier.start()
    async with notifier.listening("topic"):
        await come_true(lambda: any(one.name == "db.outages" for one in caplog.records))
    await notifier.aclose()
    assert not notifier.live
    assert "DATABASE_DIRECT_URL" in caplog.text

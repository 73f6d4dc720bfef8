"""What wakes those who wait, and what happens to them while Postgres is away."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from weakref import WeakSet

import asyncpg
import pytest

from db.embedded import embedded_postgres
from db.embedded.account import account_for
from db.embedded.postmaster import Postmaster
from db.embedded.programs import Programs
from db.engine import Sessions, transaction
from db.notifier import Notifier, Subscription, notify, tasks_topic, turn_topic

LONG = 60.0


@asynccontextmanager
async def started(url: str | None) -> AsyncIterator[Notifier]:
    notifier = Notifier(url)
    await notifier.start()
    yield notifier
    await notifier.aclose()


@pytest.fixture
async def notifier(database_url: str) -> AsyncIterator[Notifier]:
    async with started(database_url) as notifier:
        yield notifier


@pytest.fixture
def topic() -> str:
    return turn_topic(uuid4())


async def come_true(condition: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.01)


async def tell(sessions: Sessions, *topics: str) -> None:
    async with transaction(sessions, "teller") as session:
        for topic in topics:
            await notify(session, topic)


@asynccontextmanager
async def heard(notifier: Notifier, topic: str) -> AsyncIterator[Subscription]:
    """Listen, once it is by notification and with all that was said before taken in."""
    async with notifier.listening(topic) as news:
        await come_true(lambda: notifier.live)
        await news.wait(0.01)
        yield news


async def ends(waiting: Awaitable[None], seconds: float = 3) -> bool:
    """Whether the wait is over before the safety net would end it."""
    try:
        await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        return False
    return True


@pytest.mark.requirement("FR-TASK-207")
async def test_a_commit_wakes_those_who_wait_for_its_topic_and_no_others(
    notifier: Notifier, committed: Sessions, topic: str
) -> None:
    async with (
        heard(notifier, topic) as one,
        heard(notifier, topic) as two,
        heard(notifier, turn_topic(uuid4())) as other,
    ):
        waiting = [asyncio.create_task(ends(news.wait(LONG))) for news in (one, two)]
        await tell(committed, topic)
        assert await asyncio.gather(*waiting) == [True, True]
        assert not other.notified.is_set()


@pytest.mark.requirement("FR-TASK-207")
async def test_what_came_while_nobody_waited_ends_the_next_wait_at_once(
    notifier: Notifier, committed: Sessions, topic: str
) -> None:
    async with heard(notifier, topic) as news:
        await tell(committed, topic)
        await come_true(news.notified.is_set)
        assert await ends(news.wait(LONG), 0.05)
        assert not await ends(news.wait(LONG), 0.05)


@pytest.mark.requirement("FR-TASK-207")
async def test_a_rollback_wakes_nobody(notifier: Notifier, committed: Sessions, topic: str) -> None:
    async with heard(notifier, topic) as news, heard(notifier, f"{topic}:after") as after:
        async with transaction(committed, "teller") as session:
            await notify(session, topic)
            await session.rollback()
        await tell(committed, f"{topic}:after")
        assert await ends(after.wait(LONG))
        assert not news.notified.is_set()


@pytest.mark.requirement("FR-TASK-207")
async def test_a_wait_ends_after_the_seconds_asked_for(notifier: Notifier, topic: str) -> None:
    async with heard(notifier, topic) as news:
        assert await ends(news.wait(0.05), 1)


@pytest.mark.requirement("FR-TASK-208")
@pytest.mark.parametrize("listens", ["not started", "no address", "behind a pooler"])
async def test_where_nothing_can_be_heard_waits_are_short_polls(
    database_url: str, topic: str, listens: str
) -> None:
    url = {"no address": None, "behind a pooler": f"{database_url}&pgbouncer=true"}
    notifier = Notifier(url.get(listens, database_url))
    if listens != "not started":
        await notifier.start()
    clock = asyncio.get_running_loop().time
    async with notifier.listening(topic) as news:
        began = clock()
        assert await ends(news.wait(LONG), 1)
        assert clock() - began > 0.2
    await notifier.aclose()


@pytest.mark.requirement("FR-TASK-210")
async def test_polls_become_fewer_while_nothing_is_found(topic: str) -> None:
    notifier, clock = Notifier(None), asyncio.get_running_loop().time
    async with notifier.listening(topic) as news:
        for quiet, least in ((False, 0.25), (True, 0.5), (True, 1)):
            began = clock()
            await news.wait(LONG, quiet=quiet)
            # The loop's clock may tick a little later than it wakes.
            assert clock() - began > 0.95 * least
        assert await ends(news.wait(LONG), 1)


@pytest.mark.requirement("FR-TASK-208")
async def test_an_address_where_nobody_answers_means_polling(topic: str) -> None:
    nowhere = "postgresql://u@127.0.0.1:9/d"
    async with started(nowhere) as notifier, notifier.listening(topic) as news:
        for _ in range(3):
            assert await ends(news.wait(LONG), 1)


@pytest.mark.requirement("FR-TASK-208")
async def test_a_pooler_that_is_not_known_as_one_is_noticed(
    database_url: str, committed: Sessions, topic: str
) -> None:
    async with (
        deaf_relay(database_url) as (url, lost),
        started(url) as notifier,
        notifier.listening(topic) as news,
    ):
        await asyncio.wait_for(lost.wait(), 10)
        await tell(committed, topic)
        assert await ends(news.wait(LONG), 1)
        assert not notifier.live


@pytest.mark.requirement("FR-TASK-208")
async def test_a_lost_connection_lets_everybody_look_and_is_opened_again(
    notifier: Notifier, committed: Sessions, database_url: str, topic: str
) -> None:
    async with heard(notifier, topic) as news:
        waiting = asyncio.create_task(ends(news.wait(LONG)))
        await asyncio.sleep(0)
        assert await listeners(database_url, "pg_terminate_backend(pid)") >= 1
        assert await waiting
        await come_true(lambda: notifier.live)
        await news.wait(0.01)
        waiting = asyncio.create_task(ends(news.wait(LONG)))
        await tell(committed, topic)
        assert await waiting


@pytest.mark.requirement("FR-TASK-208")
@pytest.mark.timeout(60)
async def test_listening_goes_on_after_postgres_was_restarted(tmp_path: Path, topic: str) -> None:
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        cluster = Path(folder) / "postgres"
        server = Postmaster(cluster, Programs(account_for(cluster)), tmp_path / "restart.log")
        async with started(url) as notifier, heard(notifier, topic) as news:
            await asyncio.to_thread(server.stop)
            await come_true(lambda: not notifier.live)
            assert await ends(news.wait(LONG), 1)
            await asyncio.to_thread(server.ensure_running)
            await come_true(lambda: notifier.live)
            await news.wait(0.01)
            waiting = asyncio.create_task(ends(news.wait(LONG)))
            connection = await asyncpg.connect(url)
            await connection.execute("select pg_notify('todochat', $1)", topic)
            await connection.close()
            assert await waiting


@pytest.mark.requirement("FR-TASK-208")
async def test_no_connection_is_opened_before_anybody_waits(database_url: str, topic: str) -> None:
    before = await listeners(database_url)
    async with started(database_url) as notifier:
        assert await listeners(database_url) == before
        async with heard(notifier, topic):
            assert await listeners(database_url) == before + 1


@pytest.mark.requirement("FR-TASK-208")
async def test_closing_leaves_no_task_no_connection_and_nobody_waiting(
    database_url: str, topic: str
) -> None:
    connections, tasks = await listeners(database_url), asyncio.all_tasks()
    async with started(database_url) as notifier, heard(notifier, topic) as news:
        await notifier.aclose()
        assert await ends(news.wait(LONG), 1)
    assert asyncio.all_tasks() == tasks
    assert await listeners(database_url) == connections


@pytest.mark.requirement("FR-TASK-208")
async def test_what_nobody_waits_for_any_more_is_forgotten(notifier: Notifier) -> None:
    kept: WeakSet[Subscription] = WeakSet()
    for _ in range(200):
        async with notifier.listening(turn_topic(uuid4())) as news:
            kept.add(news)
    del news
    gc.collect()
    assert len(kept) == 0


@pytest.mark.requirement("FR-TASK-207")
def test_a_topic_names_no_user_and_fits_a_notification() -> None:
    topic = tasks_topic("ann@example.com")
    assert "ann" not in topic
    assert topic == tasks_topic("ann@example.com") != tasks_topic("bob@example.com")
    assert len(tasks_topic("ü" * 255)) < 100


async def listeners(url: str, what: str = "pid") -> int:
    """Count the connections that listen, or do `what` to each."""
    connection = await asyncpg.connect(url)
    query = f"select {what} from pg_stat_activity where application_name = 'todochat-notifier'"
    try:
        return len(await connection.fetch(query))
    finally:
        await connection.close()


@asynccontextmanager
async def deaf_relay(url: str) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A way to Postgres on which notifications get lost, as behind a transaction pooler."""
    where = parse_qs(urlsplit(url).query)
    socket = f"{where['host'][0]}/.s.PGSQL.{where['port'][0]}"
    lost = asyncio.Event()
    relays: set[asyncio.Task[None]] = set()

    async def answers(postgres: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with closing(client), suppress(asyncio.IncompleteReadError):
            while head := await postgres.readexactly(5):
                message = head + await postgres.readexactly(int.from_bytes(head[1:]) - 4)
                if head[:1] == b"A":
                    lost.set()
                else:
                    client.write(message)

    async def requests(client: asyncio.StreamReader, postgres: asyncio.StreamWriter) -> None:
        while piece := await client.read(65536):
            postgres.write(piece)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        postgres_reader, postgres_writer = await asyncio.open_unix_connection(socket)
        answering = asyncio.create_task(answers(postgres_reader, writer))
        relays.add(answering)
        with closing(postgres_writer):
            await requests(reader, postgres_writer)

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    address = "127.0.0.1", server.sockets[0].getsockname()[1]
    parts = urlsplit(url)
    try:
        yield (
            f"postgresql://{parts.username}@{address[0]}:{address[1]}{parts.path}?sslmode=disable",
            lost,
        )
    finally:
        server.close()
        await asyncio.gather(*relays)
        await server.wait_closed()

"""Wakes those who wait for news of a topic, whichever process has them.

Postgres carries the news: a transaction notifies, and each process holds one connection that
listens while anybody waits. Where no connection can listen, waiting becomes short polls. Either
way a wake-up says no more than "look again", and nothing is lost with a missed one but time.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.engine import behind_pooler, connect_to

_CHANNEL = "todochat"
# What `pg_stat_activity` shows of the connection.
_CALLED = "todochat-notifier"
_POLL_SECONDS = 0.25
# How long a lost notification could go unnoticed.
_LONGEST_WAIT_SECONDS = 5.0
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 2.0
# A connection can die without a word: a firewall forgets it, a host is gone.
_CHECK_SECONDS = 15.0
_FIRST_RETRY_SECONDS = 0.1
_LAST_RETRY_SECONDS = 30.0

logger = logging.getLogger(__name__)


def turn_topic(turn_id: UUID) -> str:
    """Name the topic of one turn."""
    return f"turn:{turn_id}"


def stop_topic(turn_id: UUID) -> str:
    """Name the topic of requests to stop a turn."""
    return f"stop:{turn_id}"


def tasks_topic(user_id: str) -> str:
    """Name the topic of one user's tasks: by a hash, since every role of a database can listen."""
    return f"tasks:{blake2b(user_id.encode(), digest_size=12).hexdigest()}"


def notification(topic: str) -> ColumnElement[None]:
    """Return the SQL expression that notifies, for a statement that is sent anyway."""
    return func.pg_notify(_CHANNEL, topic)


async def notify(session: AsyncSession, topic: str) -> None:
    """Wake all who wait for the topic when this transaction commits, and nobody if it does not."""
    await session.execute(select(notification(topic)))


class Subscription:
    """What one waiter has not looked at yet; `Notifier.listening` makes it."""

    def __init__(self, notifier: "Notifier") -> None:
        self._wakeups = notifier
        self.came = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Wait for news, or return at once if there was some since the wait before.

        It ends after `seconds` at the latest, and sooner where only looking tells: look every time.
        """
        longest = _LONGEST_WAIT_SECONDS if self._wakeups.live else _POLL_SECONDS
        await _set_within(self.came, min(seconds, longest))
        self.came.clear()


class Notifier:
    """One process's ear for notifications; without a URL, or behind a pooler, it only polls."""

    def __init__(self, database_url: str | None) -> None:
        self._url = None if database_url and behind_pooler(database_url) else database_url
        self._waiting: dict[str, set[Subscription]] = {}
        self._wanted = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self.live = False

    async def start(self) -> None:
        """Begin to listen as soon as somebody waits; whether Postgres answers doesn't matter."""
        if self._url and not self._keeping:
            self._keeping = asyncio.create_task(self._keep(self._url))

    async def aclose(self) -> None:
        """Close the connection; those who still wait go on polling."""
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
            self._keeping = None

    @asynccontextmanager
    async def listening(self, topic: str) -> AsyncIterator[Subscription]:
        """Collect the news of a topic; who looks only after entering misses nothing."""
        news = Subscription(self)
        self._waiting.setdefault(topic, set()).add(news)
        self._wanted.set()
        try:
            yield news
        finally:
            self._waiting[topic].discard(news)
            if not self._waiting[topic]:
                del self._waiting[topic]
            if not self._waiting:
                self._wanted.clear()

    def wake(self) -> None:
        """Let everybody look, whatever they wait for."""
        for waiting in self._waiting.values():
            _tell(waiting)

    async def _keep(self, url: str) -> None:
        """Hold the connection, and open it again when it is lost and somebody waits."""
        clock = asyncio.get_running_loop().time
        delay = _FIRST_RETRY_SECONDS
        while True:
            # A database that sleeps when nobody needs it is not woken for nobody.
            await self._wanted.wait()
            began = clock()
            try:
                await self._listen(url)
            except Exception as error:
                logger.warning("Polling, since Postgres can't be listened to: %r", error)
            if clock() - began > _LAST_RETRY_SECONDS:
                delay = _FIRST_RETRY_SECONDS
            await asyncio.sleep(delay)
            delay = min(2 * delay, _LAST_RETRY_SECONDS)

    async def _listen(self, url: str) -> None:
        """Listen until the connection is lost."""
        connection = await _connect(url)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(_CHANNEL, self._hear)
            await self._prove_hearing(url)
            self._switch(live=True)
            while not await _set_within(lost, _CHECK_SECONDS):
                if self._wanted.is_set():
                    await connection.execute("select 1", timeout=_ANSWER_SECONDS)
        finally:
            self._switch(live=False)
            await _close(connection)

    async def _prove_hearing(self, url: str) -> None:
        """Notify from outside: an unknown pooler accepts `listen` and delivers nothing.

        Raises:
            TimeoutError: Nothing was heard.

        """
        topic = f"probe:{uuid4()}"
        other = await _connect(url)
        try:
            async with self.listening(topic) as news, asyncio.timeout(_ANSWER_SECONDS):
                await other.execute("select pg_notify($1, $2)", _CHANNEL, topic)
                await news.came.wait()
        finally:
            await _close(other)

    def _switch(self, *, live: bool) -> None:
        """Let everybody look when it is known that something may have been missed."""
        if live != self.live:
            self.live = live
            self.wake()

    def _hear(self, _: object, __: int, ___: str, topic: object) -> None:
        _tell(self._waiting.get(str(topic), ()))


def _tell(waiting: Iterable[Subscription]) -> None:
    for news in waiting:
        news.came.set()


async def _connect(url: str) -> asyncpg.Connection:
    server = connect_to(url)
    return await asyncpg.connect(
        server.dsn,
        ssl=server.tls,
        timeout=_CONNECT_SECONDS,
        statement_cache_size=0,
        server_settings={"application_name": _CALLED},
    )


async def _close(connection: asyncpg.Connection) -> None:
    with suppress(Exception):
        await connection.close(timeout=_ANSWER_SECONDS)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()

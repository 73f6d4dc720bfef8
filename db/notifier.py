"""Notifications between processes, over Postgres LISTEN and NOTIFY.

A transaction notifies a topic, and each process listens on one connection while it has
subscriptions. Where no connection can listen, subscribers poll. A notification has no content: it
means "read again", so a lost one costs time only.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from hashlib import blake2b
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.outages import OutageLog
from db.server import Server, behind_pooler
from db.waiting import set_within

# A reminder fires sooner than those who fire them look again.
REMINDERS_TOPIC = "reminders"
CHANNEL = "todochat"
# The name of the connection in `pg_stat_activity`.
_APPLICATION_NAME = "todochat-notifier"
_POLL_SECONDS = 0.25
# How long a lost notification may go unnoticed.
_MAX_WAIT_SECONDS = 5.0
_RESPONSE_SECONDS = 2.0
# A connection can be lost without an error: a firewall drops it, a host fails.
_CHECK_SECONDS = 15.0
_FIRST_RETRY_SECONDS = 0.1
_MAX_RETRY_SECONDS = 30.0


def turn_topic(turn_id: UUID) -> str:
    """Return the topic of one turn's events."""
    return f"turn:{turn_id}"


def signal_topic(turn_id: UUID) -> str:
    """Return the topic of requests to stop a turn."""
    return f"stop:{turn_id}"


def tasks_topic(user_id: str) -> str:
    """Return the topic of one user's tasks, with a hash: any role of a database can listen."""
    return f"tasks:{blake2b(user_id.encode(), digest_size=12).hexdigest()}"


def notification(topic: str) -> ColumnElement[None]:
    """Return the SQL expression that notifies, to be added to another statement."""
    return func.pg_notify(CHANNEL, topic)


async def notify(session: AsyncSession, topic: str) -> None:
    """Notify a topic's subscribers when this transaction commits."""
    await session.execute(select(notification(topic)))


class Subscription:
    """A subscription to topics; `Notifier.listening` makes one for one topic."""

    def __init__(self, notifier: "Notifier") -> None:
        self._notifier = notifier
        self._pause = _POLL_SECONDS
        self.notified = asyncio.Event()

    async def wait(self, seconds: float, *, quiet: bool = False) -> None:
        """Wait for a notification, or return at once if one came since the last wait.

        Returns after `seconds` at the latest, and sooner where it polls: read again every time.
        `quiet` says that nothing was found since the last wait: polls then become fewer and fewer.
        """
        limit = _MAX_WAIT_SECONDS
        if not self._notifier.live:
            limit = min(2 * self._pause, limit) if quiet else _POLL_SECONDS
            self._pause = limit
        await set_within(self.notified, min(seconds, limit))
        self.notified.clear()


class NothingHeard(ConnectionError):
    """Postgres accepts LISTEN, but something between delivers nothing, as a pooler does."""

    def __init__(self) -> None:
        super().__init__(
            "no notification arrives, as behind a pooler: DATABASE_DIRECT_URL names the server "
            "without it"
        )


class Notifier:
    """Listens for one process; without a URL, or behind a pooler, subscribers poll.

    It takes `DATABASE_DIRECT_URL`, if that is set.
    """

    def __init__(self, database_url: str | None) -> None:
        listens = database_url is not None and not behind_pooler(database_url)
        self._server = Server(database_url) if database_url and listens else None
        self._outages = OutageLog("Polling, since Postgres can't be listened to")
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._has_subscriptions = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.live = False

    async def start(self) -> None:
        """Listen from the first subscription on; a Postgres that can't be reached is retried."""
        if self._server and not self._task:
            self._task = asyncio.create_task(self._keep_listening(self._server))

    async def aclose(self) -> None:
        """Close the connection; subscribers that remain poll."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    @asynccontextmanager
    async def listening(self, topic: str) -> AsyncIterator[Subscription]:
        """Subscribe to a topic; a reader that reads after subscribing misses nothing."""
        subscription = Subscription(self)
        with self.subscribed(topic, subscription):
            yield subscription

    @contextmanager
    def subscribed(self, topic: str, subscription: Subscription) -> Iterator[None]:
        """Add a topic to a subscription while the block runs."""
        self._subscriptions.setdefault(topic, set()).add(subscription)
        self._has_subscriptions.set()
        try:
            yield
        finally:
            self._subscriptions[topic].discard(subscription)
            if not self._subscriptions[topic]:
                del self._subscriptions[topic]
            if not self._subscriptions:
                self._has_subscriptions.clear()

    def wake(self) -> None:
        """Notify every subscription."""
        for subscriptions in self._subscriptions.values():
            _notify(subscriptions)

    async def _keep_listening(self, server: Server) -> None:
        """Listen, and reconnect when the connection is lost while there are subscriptions."""
        clock = asyncio.get_running_loop().time
        delay = _FIRST_RETRY_SECONDS
        while True:
            # A serverless database is not woken while there are no subscriptions.
            await self._has_subscriptions.wait()
            began = clock()
            try:
                await self._listen(server)
            except Exception as error:
                self._outages.note(error)
            if clock() - began > _MAX_RETRY_SECONDS:
                delay = _FIRST_RETRY_SECONDS
            await asyncio.sleep(delay)
            delay = min(2 * delay, _MAX_RETRY_SECONDS)

    async def _listen(self, server: Server) -> None:
        """Listen on one connection until it is lost."""
        connection = await _connect(server)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._on_notification)
            await self._verify_delivery(server)
            self._switch(live=True)
            while not await set_within(lost, _CHECK_SECONDS):
                if self._has_subscriptions.is_set():
                    await connection.execute("select 1", timeout=_RESPONSE_SECONDS)
        finally:
            self._switch(live=False)
            await _close(connection)

    async def _verify_delivery(self, server: Server) -> None:
        """Notify from a second connection: a pooler may accept LISTEN and deliver nothing.

        Raises:
            NothingHeard: No notification arrived.
        """
        topic = f"probe:{uuid4()}"
        other = await _connect(server)
        try:
            async with self.listening(topic) as subscription, asyncio.timeout(_RESPONSE_SECONDS):
                await other.execute("select pg_notify($1, $2)", CHANNEL, topic)
                await subscription.notified.wait()
        except TimeoutError as error:
            raise NothingHeard from error
        finally:
            await _close(other)

    def _switch(self, *, live: bool) -> None:
        """Change between listening and polling; notify all, since notifications may be lost."""
        if live != self.live:
            self.live = live
            self.wake()

    def _on_notification(self, _: object, __: int, ___: str, topic: object) -> None:
        _notify(self._subscriptions.get(str(topic), ()))


def _notify(subscriptions: Iterable[Subscription]) -> None:
    for subscription in subscriptions:
        subscription.notified.set()


async def _connect(server: Server) -> asyncpg.Connection:
    settings = {"application_name": _APPLICATION_NAME}
    return await server.connect(settings=settings, statement_cache_size=0)


async def _close(connection: asyncpg.Connection) -> None:
    with suppress(Exception):
        await connection.close(timeout=_RESPONSE_SECONDS)

"""Transactions for prepared statements, over the driver's own connection.

SQLAlchemy takes several times as long for a statement as Postgres does, so what every tool call
does goes around it. The connections are those of its pool.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import NoReturn

import asyncpg
from sqlalchemy import PoolProxiedConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.util import greenlet_spawn

from db.access import NO_BEARER, Access, Bearer, lock, raise_refusal
from db.engine import TOKENS_ROLE, Sessions, entering, gate_of, taking_role
from db.ledger import raise_if_limited
from db.notifier import CHANNEL
from db.outages import (
    NO_LONGER_PRIMARY,
    is_outage,
    raise_unavailable,
    sqlstate,
    translating_outages,
)

_LOCK_TO_WRITE = f"select {lock('$1', '$2')}"
# Statements are written so that one plan serves all values. Left to choose, Postgres plans some of
# them anew for each execution, which takes it longer than to execute them.
# A router, which plans by the values, is left to choose: `app.plan_cache_mode` of its database.
_PLAN_ONCE = """
    set_local('plan_cache_mode', coalesce(
        nullif(current_setting('app.plan_cache_mode', true), ''), 'force_generic_plan'
    ))
"""
_NOTIFY = f"""
    select pg_notify('{CHANNEL}', topic) from unnest(cast($2 as text[])) as topic where $1 <> ''
"""  # noqa: S608  the text is ours
_ROLLBACK_SECONDS = 2
_DRIVER_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


@dataclass
class _Topics:
    """What a transaction notifies: a topic from its beginning, and others with its commit."""

    first: str | None = None
    later: list[str] = field(default_factory=list)


class UserConnection:
    """The connection of an open transaction; row-level security shows the user's rows only."""

    def __init__(
        self, connection: asyncpg.Connection, user_id: str, topics: "_Topics | None" = None
    ) -> None:
        self.user_id = user_id
        self._connection = connection
        self._topics = topics

    async def fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Execute a statement and return its rows; `$1` is the user's id, `$2` the first value."""
        try:
            rows: list[asyncpg.Record] = await self._connection.fetch(
                statement, self.user_id, *values
            )
        except TimeoutError:
            # Nothing can end its transaction: whoever does would wait as long again.
            self._connection.terminate()
            raise
        return rows

    async def notify(self, *topics: str) -> None:
        """Notify the subscribers of topics when the transaction commits.

        Servers behind a router have listeners each, so no statement that has tables notifies.
        """
        if self._topics is not None:
            self._topics.later += [one for one in topics if one != self._topics.first]
        else:
            await self.fetch(_NOTIFY, list(topics))


async def connection_of(
    session: AsyncSession, user_id: str, *, writes: bool = False
) -> UserConnection:
    """Return the connection of the transaction that `transaction` opened, for use beside it."""
    pooled = await (await session.connection()).get_raw_connection()
    connection: asyncpg.Connection = pooled.driver_connection
    if writes:
        await connection.fetch(_LOCK_TO_WRITE, user_id, Access.WRITE)
    return UserConnection(connection, user_id)


@asynccontextmanager
async def user_connection(
    sessions: Sessions,
    user_id: str,
    access: Access = Access.READ,
    *counts: str,
    bearer: Bearer = NO_BEARER,
    topic: str | None = None,
) -> AsyncIterator[UserConnection]:
    """Open a transaction of one user; it commits when the block ends and rolls back if it raises.

    `counts` are expressions of the ledger, such as `Limit.spending`. The commit notifies the
    `topic`, whatever was done: a statement less for who would notify it anyway.

    Raises:
        NoAuthority: The user was erased, or revoked tokens like this one.
        RateLimited: A limit is exceeded.
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    enter = entering(literal(user_id), literal(access), _constants(bearer), *counts)
    enter = f"{enter}, {_PLAN_ONCE}"
    topics = _Topics(topic)
    if topic is not None:
        enter = f"{enter}, {_notifying([topic])}"
    async with (
        gate_of(sessions).entered(user_id),
        _transaction(sessions, enter, topics) as connection,
    ):
        yield UserConnection(connection, user_id, topics)


@asynccontextmanager
async def token_connection(
    sessions: Sessions, token_hash: str
) -> AsyncIterator[asyncpg.Connection]:
    """Open a transaction that sees the row of one access token only.

    Raises:
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    token = f"set_local('app.token_hash', {literal(token_hash)})"
    enter = f"select {taking_role(TOKENS_ROLE)}, {token}"
    async with _transaction(sessions, enter, _Topics()) as connection:
        yield connection


def literal(value: str) -> str:
    """Return a text as a constant of SQL, whatever the server takes a backslash for.

    Raises:
        ValueError: It has a NUL character, which no text of Postgres can have.
    """
    if "\0" in value:
        raise ValueError("a text of Postgres has no NUL character")
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"


def _constants(bearer: Bearer) -> str:
    issued_at = "null" if bearer.issued_at is None else repr(float(bearer.issued_at))
    return f"{issued_at}, {'null' if bearer.client is None else literal(bearer.client)}"


def _notifying(topics: Iterable[str]) -> str:
    notified = (f"pg_notify('{CHANNEL}', {literal(topic)})" for topic in dict.fromkeys(topics))
    return ", ".join(notified)


@asynccontextmanager
async def _transaction(
    sessions: Sessions, enter: str, topics: _Topics
) -> AsyncIterator[asyncpg.Connection]:
    """Open a transaction that begins with a statement, in the same round trip.

    The commit notifies the topics that there are by then.
    """
    engine: AsyncEngine = sessions.kw["bind"]
    async with translating_outages(sessions):
        pooled = await engine.raw_connection()
    connection: asyncpg.Connection = pooled.driver_connection
    committed = False
    try:
        await connection.execute(f"begin; {enter}")
        yield connection
        later = f"select {_notifying(topics.later)}; " if topics.later else ""
        await connection.execute(f"{later}commit")
        committed = True
    except _DRIVER_ERRORS as error:
        _raise(sessions, error, pooled)
    finally:
        await _release(pooled, connection, usable=committed)


def _raise(sessions: Sessions, error: Exception, pooled: PoolProxiedConnection) -> NoReturn:
    """Raise `DatabaseUnavailable` for an outage, ours for a refusal, another error as it is."""
    raise_refusal(sqlstate(error))
    raise_if_limited(error)
    connection = pooled.driver_connection
    assert connection is not None  # noqa: S101  it was in use
    if sqlstate(error) == NO_LONGER_PRIMARY:
        sessions.kw["bind"].sync_engine.pool.replace_all(pooled)
    if isinstance(error, TimeoutError):
        connection.terminate()
    # The driver loses track when the server ends a connection between two statements.
    lost = connection.is_closed() or isinstance(error, asyncpg.InternalClientError)
    if lost or is_outage(error):
        raise_unavailable(sessions, error)
    raise error


async def _release(
    pooled: PoolProxiedConnection, connection: asyncpg.Connection, *, usable: bool
) -> None:
    """Return a connection to its pool; one whose transaction can't be ended is closed."""
    try:
        if not usable and not connection.is_closed():
            with suppress(*_DRIVER_ERRORS):
                await connection.execute("rollback", timeout=_ROLLBACK_SECONDS)
                usable = True
    finally:
        if not usable:
            connection.terminate()
        # The pool opens another connection in place of one that is closed.
        await greenlet_spawn(pooled.close)

"""Transactions for prepared statements, over the driver's own connection.

SQLAlchemy takes several times as long for a statement as Postgres does, so what every tool call
does goes around it. The connections are those of its pool.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NoReturn

import asyncpg
from sqlalchemy import PoolProxiedConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.util import greenlet_spawn

from db.access import NO_BEARER, Access, Bearer, lock, raise_refusal
from db.engine import TOKENS_ROLE, Sessions, entering, gate_of
from db.ledger import raise_if_limited
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
_PLAN_ONCE = "set_config('plan_cache_mode', 'force_generic_plan', true)"
_ROLLBACK_SECONDS = 2
_DRIVER_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


class UserConnection:
    """The connection of an open transaction; row-level security shows the user's rows only."""

    def __init__(self, connection: asyncpg.Connection, user_id: str) -> None:
        self.user_id = user_id
        self._connection = connection

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
) -> AsyncIterator[UserConnection]:
    """Open a transaction of one user; it commits when the block ends and rolls back if it raises.

    `counts` are expressions of the ledger, such as `Limit.spending`.

    Raises:
        NoAuthority: The user was erased, or revoked tokens like this one.
        RateLimited: A limit is exceeded.
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    enter = entering(literal(user_id), literal(access), _constants(bearer), *counts)
    enter = f"{enter}, {_PLAN_ONCE}"
    async with gate_of(sessions).entered(user_id), _transaction(sessions, enter) as connection:
        yield UserConnection(connection, user_id)


@asynccontextmanager
async def token_connection(
    sessions: Sessions, token_hash: str
) -> AsyncIterator[asyncpg.Connection]:
    """Open a transaction that sees the row of one access token only.

    Raises:
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    role = f"set_config('role', '{TOKENS_ROLE}', true)"
    enter = f"select {role}, set_config('app.token_hash', {literal(token_hash)}, true)"
    async with _transaction(sessions, enter) as connection:
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


@asynccontextmanager
async def _transaction(sessions: Sessions, enter: str) -> AsyncIterator[asyncpg.Connection]:
    """Open a transaction that begins with a statement, in the same round trip."""
    engine: AsyncEngine = sessions.kw["bind"]
    async with translating_outages(sessions):
        pooled = await engine.raw_connection()
    connection: asyncpg.Connection = pooled.driver_connection
    committed = False
    try:
        await connection.execute(f"begin; {enter}")
        yield connection
        await connection.execute("commit")
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

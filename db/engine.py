"""Connections and the one transaction helper."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
from sqlalchemy import TextClause, event, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

from db.access import NO_BEARER, Access, Bearer, lock
from db.outages import NO_LONGER_PRIMARY, sqlstate, translating_outages
from db.pool import FairPool
from db.server import Server
from db.settings import STATEMENT_SECONDS
from db.user_gate import UserGate

APP_ROLE = "todochat_app"
SWEEPER_ROLE = "todochat_sweeper"
RUNNER_ROLE = "todochat_runner"
REMINDERS_ROLE = "todochat_reminders"
TOKENS_ROLE = "todochat_tokens"

Sessions = async_sessionmaker[AsyncSession]


def entering(user_id: str, access: str, bearer: str, *counts: str) -> str:
    """Return the statement that enters the transaction of a user; all are expressions.

    They are evaluated in order: who counts holds the lock of `access` already.
    """
    role = f"set_config('role', '{APP_ROLE}', true)"
    owner = f"set_config('app.user_id', {user_id}, true)"
    return ", ".join([f"select {role}", owner, lock(user_id, access, bearer), *counts])


# One statement takes the role that row-level security binds, and names the owner. Both last for
# the transaction only, so they work behind a pooler that hands out a connection per transaction.
_ENTER_AS_SWEEPER = text(f"select set_config('role', '{SWEEPER_ROLE}', true)")
_ENTER_AS_RUNNER = text(f"select set_config('role', '{RUNNER_ROLE}', true)")
_ENTER_TO_FIRE = text(f"select set_config('role', '{REMINDERS_ROLE}', true)")
# Under load a request rather waits for a connection than fails; a transaction takes milliseconds.
_POOL_WAIT_SECONDS = 30
# Serverless Postgres suspends after five idle minutes and drops what was open.
_RECYCLE_SECONDS = 280
_PING_AFTER_SECONDS = 5
_PING_SECONDS = 2


def create_engine(
    database_url: str,
    *,
    pool_size: int = 10,
    statement_seconds: float | None = STATEMENT_SECONDS,
) -> AsyncEngine:
    """Build an engine for a Postgres URL as providers print it; nothing connects yet.

    A statement that takes longer than `statement_seconds` fails, with its connection; None is
    without a limit.
    """
    server = Server(database_url, statement_seconds)
    # A pooler hands each transaction another server connection: nothing prepared may outlive it.
    prepared: dict[str, Any] = (
        {"prepared_statement_cache_size": 0, "prepared_statement_name_func": _unique_name}
        if server.pooled
        else {}
    )

    async def connect(*_: object, **options: Any) -> asyncpg.Connection:
        return await server.connect(**options)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={"async_creator_fn": connect, **prepared},
        poolclass=FairPool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_recycle=_RECYCLE_SECONDS,
        # Parameters are what users wrote; errors are logged.
        hide_parameters=True,
        json_deserializer=orjson.loads,
    )
    event.listen(engine.sync_engine, "checkin", _note_checkin)
    event.listen(engine.sync_engine, "checkout", _check_connection)
    event.listen(engine.sync_engine, "handle_error", _discard_connection)
    return engine


def _note_checkin(_: object, record: ConnectionPoolEntry) -> None:
    record.info["idle_since"] = time.monotonic()


def _check_connection(
    connection: AsyncAdapt_asyncpg_connection, record: ConnectionPoolEntry, _: object
) -> None:
    """Replace a pooled connection that the server has closed, or that a ping finds dead.

    A busy connection is not pinged: that would be one more round trip for each transaction.

    Raises:
        DisconnectionError: The pool opens another connection.
    """
    driver = connection.driver_connection
    if driver.is_closed():
        raise DisconnectionError("the server has closed the connection")
    now = time.monotonic()
    if now - record.info.get("idle_since", now) > _PING_AFTER_SECONDS:
        try:
            await_only(driver.execute("select 1", timeout=_PING_SECONDS))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            driver.terminate()
            raise DisconnectionError("the connection is dead") from error


def _discard_connection(context: ExceptionContext) -> None:
    """Throw a connection away whose server did not answer in time, or accepts no more writes."""
    error = context.original_exception
    if context.connection is None:
        return
    if isinstance(error, TimeoutError):
        driver = context.connection.connection.driver_connection
        assert driver is not None  # noqa: S101  the statement was sent over it
        driver.terminate()
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = False
    elif sqlstate(error) == NO_LONGER_PRIMARY:
        context.is_disconnect = True


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Return the session factory that `transaction` takes."""
    return async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def transaction(
    sessions: Sessions,
    user_id: str,
    access: Access = Access.ADD,
    *counts: str,
    bearer: Bearer = NO_BEARER,
) -> AsyncIterator[AsyncSession]:
    """Open the transaction of one user: row-level security shows that user's rows only.

    It commits when the block ends and rolls back when it raises. `counts` are expressions of the
    ledger, such as `Limit.spending`.

    Raises:
        NoAuthority: The user was erased, or revoked tokens like this one.
        RateLimited: A limit is exceeded.
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    values = {
        "user_id": user_id,
        "access": access,
        "issued_at": bearer.issued_at,
        "client": bearer.client,
    }
    async with (
        gate_of(sessions).entered(user_id),
        translating_outages(sessions),
        sessions.begin() as session,
    ):
        await session.execute(_enter(*counts), values)
        yield session


def gate_of(sessions: Sessions) -> UserGate:
    """Return the gate that keeps a user's transactions from taking the whole pool."""
    pool: FairPool = sessions.kw["bind"].sync_engine.pool
    return pool.gate


@cache
def _enter(*counts: str) -> TextClause:
    return text(entering(":user_id", ":access", ":issued_at, :client", *counts))


@asynccontextmanager
async def sweeper_transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Open a transaction with the role of the sweeper, and without a user.

    Raises:
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    async with _transaction_as(sessions, _ENTER_AS_SWEEPER) as session:
        yield session


@asynccontextmanager
async def runner_transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Open a transaction with the role that works for all running turns, and without a user.

    Raises:
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    async with _transaction_as(sessions, _ENTER_AS_RUNNER) as session:
        yield session


@asynccontextmanager
async def reminders_transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Open a transaction with the role that fires the reminders of all users, without a user.

    Raises:
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    async with _transaction_as(sessions, _ENTER_TO_FIRE) as session:
        yield session


@asynccontextmanager
async def _transaction_as(sessions: Sessions, enter: TextClause) -> AsyncIterator[AsyncSession]:
    """Open a transaction that begins with the statement which takes a role."""
    async with translating_outages(sessions), sessions.begin() as session:
        await session.execute(enter)
        yield session


async def ping(sessions: Sessions) -> None:
    """Make one round trip to Postgres.

    Raises:
        DatabaseUnavailable: There was no answer.
    """
    async with translating_outages(sessions), sessions() as session:
        await session.execute(text("select 1"))


def _unique_name() -> str:
    return f"__todochat_{uuid4()}__"

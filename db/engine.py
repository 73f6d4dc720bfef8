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
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
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
from db.telemetry.statements import trace_statements
from db.telemetry.tracing import is_tracing
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
    role, owner = taking_role(APP_ROLE), f"set_local('app.user_id', {user_id})"
    return ", ".join([f"select {role}", owner, lock(user_id, access, bearer), *counts])


def taking_role(role: str) -> str:
    """Return the expression that takes a role, which row-level security binds.

    It lasts for the transaction only, so it works behind a pooler that hands out a connection per
    transaction. The function is one of ours: what `set_config` sets, a router does not pass on to
    the server that has the user's rows.
    """
    return f"set_local('role', '{role}')"


_ENTER_AS_SWEEPER = text(f"select {taking_role(SWEEPER_ROLE)}")
_ENTER_AS_RUNNER = text(f"select {taking_role(RUNNER_ROLE)}")
_ENTER_TO_FIRE = text(f"select {taking_role(REMINDERS_ROLE)}")
# Under load a request rather waits for a connection than fails; a transaction takes milliseconds.
_POOL_WAIT_SECONDS = 30
# Serverless Postgres suspends after five idle minutes and drops what was open.
_RECYCLE_SECONDS = 280
_PING_AFTER_SECONDS = 5
_PING_SECONDS = 2
# The execution option of an engine that has its server.
_SERVER = "todochat_server"


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
    return _engine_of(Server(database_url, statement_seconds), pool_size)


def _engine_of(server: Server, pool_size: int) -> AsyncEngine:

    async def connect(*_: object, **options: Any) -> asyncpg.Connection:
        return await server.connect(**options)

    def connect_as_pooled(
        dialect: Dialect, _: ConnectionPoolEntry, given: tuple[Any, ...], options: dict[str, Any]
    ) -> DBAPIConnection:
        """Connect, and anew if that shows that a pooler is between."""
        named = server.pooled
        connection = dialect.connect(*given, **options, **_prepared(server))
        if server.pooled == named:
            return connection
        connection.close()
        return dialect.connect(*given, **options, **_prepared(server))

    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={"async_creator_fn": connect},
        poolclass=FairPool,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_recycle=_RECYCLE_SECONDS,
        # Parameters are what users wrote; errors are logged.
        hide_parameters=True,
        json_deserializer=orjson.loads,
        execution_options={_SERVER: server},
    )
    event.listen(engine.sync_engine, "do_connect", connect_as_pooled)
    event.listen(engine.sync_engine, "checkin", _note_checkin)
    event.listen(engine.sync_engine, "checkout", _check_connection)
    event.listen(engine.sync_engine, "handle_error", _discard_connection)
    if is_tracing():
        trace_statements(engine.sync_engine)
    return engine


def _prepared(server: Server) -> dict[str, Any]:
    """Return how statements are prepared: behind a pooler, nothing prepared outlives a transaction.

    It hands each one another connection of the server.
    """
    if not server.pooled:
        return {}
    return {"prepared_statement_cache_size": 0, "prepared_statement_name_func": _unique_name}


def server_of(sessions: Sessions) -> Server:
    """Return the server that sessions are of."""
    engine: AsyncEngine = sessions.kw["bind"]
    server: Server = engine.get_execution_options()[_SERVER]
    return server


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


def sessions_beside(sessions: Sessions, statement_seconds: float) -> Sessions:
    """Return sessions with one connection of their own to the same server.

    They may be used in another event loop, and no statement of theirs takes longer.
    """
    engine: AsyncEngine = sessions.kw["bind"]
    beside = _engine_of(server_of(sessions).limited_to(statement_seconds), pool_size=1)
    # An outage that both notice is logged once.
    pools: Any = beside.sync_engine.pool, engine.sync_engine.pool
    pools[0].outages = pools[1].outages
    return create_sessions(beside)


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


def _unique_name() -> str:
    return f"__todochat_{uuid4()}__"

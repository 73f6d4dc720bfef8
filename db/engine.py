"""Connections and the one transaction helper."""

import logging
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import orjson
from sqlalchemy import TextClause, event, text
from sqlalchemy.dialects.postgresql.asyncpg import (
    AsyncAdapt_asyncpg_connection,
    AsyncAdapt_asyncpg_dbapi,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry

from db.errors import DatabaseUnavailable
from db.pool import FairPool

DriverError = AsyncAdapt_asyncpg_dbapi.Error
APP_ROLE = "todochat_app"
SWEEPER_ROLE = "todochat_sweeper"
RUNNER_ROLE = "todochat_runner"
REMINDERS_ROLE = "todochat_reminders"
TOKENS_ROLE = "todochat_tokens"

logger = logging.getLogger(__name__)

Sessions = async_sessionmaker[AsyncSession]


def entering(user_id: str) -> str:
    """Return the statement that enters the transaction of a user, whose id is this expression."""
    role = f"set_config('role', '{APP_ROLE}', true)"
    return f"select {role}, set_config('app.user_id', {user_id}, true)"


def writer_lock(user_id: str) -> str:
    """Return the expression that lets one transaction at a time write a user's rows."""
    return f"pg_advisory_xact_lock(hashtextextended({user_id}, 7071))"


# One statement takes the role that row-level security binds, and names the owner. Both last for
# the transaction only, so they work behind a pooler that hands out a connection per transaction.
_ENTER = text(entering(":user_id"))
_ENTER_AS_SWEEPER = text(f"select set_config('role', '{SWEEPER_ROLE}', true)")
_ENTER_AS_RUNNER = text(f"select set_config('role', '{RUNNER_ROLE}', true)")
_ENTER_TO_FIRE = text(f"select set_config('role', '{REMINDERS_ROLE}', true)")
# SQLSTATE classes of an outage: connection, resources, operator intervention.
UNAVAILABLE = ("08", "53", "57")
# SQLAlchemy translates the driver's errors twice, but none while it sets a new connection up.
_DRIVER_ERRORS = (DBAPIError, AsyncAdapt_asyncpg_dbapi.Error, asyncpg.PostgresError)
_SCHEMES = {"postgres", "postgresql", "postgresql+asyncpg"}
_CONNECT_SECONDS = 5
# Under load a request rather waits for a connection than fails; a transaction takes milliseconds.
_POOL_WAIT_SECONDS = 30
# Serverless Postgres suspends after five idle minutes and drops what was open.
_RECYCLE_SECONDS = 280
_PING_AFTER_SECONDS = 5


class InvalidDatabaseUrl(ValueError):
    """DATABASE_URL names no Postgres server."""

    def __init__(self) -> None:
        super().__init__("DATABASE_URL must look like postgresql://user:password@host/database")


@dataclass(frozen=True)
class ConnectTo:
    """Arguments of `asyncpg.connect`; `tls` verifies with the system's root certificates."""

    dsn: str
    tls: ssl.SSLContext | None


def connect_to(database_url: str) -> ConnectTo:
    """Read a Postgres URL as libpq does, never with weaker TLS.

    asyncpg follows libpq in `sslmode` and its companions but has neither channel binding, which
    defeats a man in the middle, nor `sslrootcert=system`. A URL that requires one of them gets a
    connection whose certificate and host name are verified.

    Raises:
        InvalidDatabaseUrl: It is the URL of something else.
    """
    parts = urlsplit(database_url)
    if parts.scheme not in _SCHEMES:
        raise InvalidDatabaseUrl
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for ours in ("pgbouncer", "connect_timeout"):
        query.pop(ours, None)
    bound = query.pop("channel_binding", None) == "require"
    tls = None
    if query.get("sslrootcert", "system") == "system" and (bound or "sslrootcert" in query):
        query.pop("sslrootcert", None)
        query.pop("sslmode", None)
        tls = ssl.create_default_context()
    elif bound:
        query["sslmode"] = "verify-full"
    dsn = urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(query), ""))
    return ConnectTo(dsn, tls)


def behind_pooler(database_url: str) -> bool:
    """Return whether the URL is of a transaction pooler: Neon's, or `?pgbouncer=true`."""
    parts = urlsplit(database_url)
    flagged = dict(parse_qsl(parts.query)).get("pgbouncer", "") == "true"
    return flagged or "-pooler." in (parts.hostname or "")


def create_engine(database_url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Build an engine for a Postgres URL as providers print it; nothing connects yet."""
    server = connect_to(database_url)
    pooled = behind_pooler(database_url)
    # A pooler hands each transaction another server connection: nothing prepared may outlive it.
    prepared: dict[str, Any] = (
        {"prepared_statement_cache_size": 0, "prepared_statement_name_func": _unique_name}
        if pooled
        else {}
    )

    async def connect(*_: object, **options: Any) -> asyncpg.Connection:
        if pooled:
            options["statement_cache_size"] = 0
        if server.tls:
            options["ssl"] = server.tls
        return await asyncpg.connect(server.dsn, timeout=_CONNECT_SECONDS, **options)

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
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server has closed the connection")
    now = time.monotonic()
    if now - record.info.get("idle_since", now) > _PING_AFTER_SECONDS:
        try:
            connection.ping()  # type: ignore[no-untyped-call]
        except DriverError as error:
            raise DisconnectionError("the connection is dead") from error


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Return the session factory that `transaction` takes."""
    return async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def transaction(sessions: Sessions, user_id: str) -> AsyncIterator[AsyncSession]:
    """Open the transaction of one user: row-level security shows that user's rows only.

    It commits when the block ends and rolls back when it raises.

    Raises:
        DatabaseUnavailable: Postgres can't be reached, or was lost before the commit.
    """
    async with translating_outages(), sessions.begin() as session:
        await session.execute(_ENTER, {"user_id": user_id})
        yield session


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
    async with translating_outages(), sessions.begin() as session:
        await session.execute(enter)
        yield session


async def ping(sessions: Sessions) -> None:
    """Make one round trip to Postgres.

    Raises:
        DatabaseUnavailable: There was no answer.
    """
    async with translating_outages(), sessions() as session:
        await session.execute(text("select 1"))


@asynccontextmanager
async def translating_outages() -> AsyncIterator[None]:
    """Turn the driver's errors of an outage into one error.

    Raises:
        DatabaseUnavailable: Postgres can't be reached, or was lost.
    """
    try:
        yield
    except (*_DRIVER_ERRORS, OSError, TimeoutError, PoolTimeout) as error:
        _raise_outage(error)


def _raise_outage(error: Exception) -> NoReturn:
    if isinstance(error, _DRIVER_ERRORS):
        state: str = getattr(getattr(error, "orig", error), "sqlstate", None) or ""
        lost = getattr(error, "connection_invalidated", False)
        if not lost and not state.startswith(UNAVAILABLE):
            raise error
    raise_unavailable(error)


def raise_unavailable(error: Exception) -> NoReturn:
    """Log an outage and raise its error.

    Raises:
        DatabaseUnavailable: Always.
    """
    logger.warning("Postgres is not available: %s", getattr(error, "orig", None) or error)
    raise DatabaseUnavailable from error


def _unique_name() -> str:
    return f"__todochat_{uuid4()}__"

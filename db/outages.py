"""What an outage of Postgres is: its errors, the one that callers get, and the log of it."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from db.access import raise_refusal
from db.errors import DatabaseUnavailable
from db.ledger import raise_if_limited
from db.server import NoWritableServer
from db.telemetry.metrics import metrics

# The server became a standby, or was made read-only.
NO_LONGER_PRIMARY = "25006"
# SQLSTATEs, and classes of them: connection, credentials, resources, operator intervention; no such
# database; a session that was ended since its transaction did nothing.
_OUTAGES = ("08", "28", "53", "57", "3D000", "25P03", NO_LONGER_PRIMARY)
# It is starting, or shutting down.
_CANNOT_CONNECT_NOW = "57P03"
# SQLAlchemy translates the driver's errors twice, but none while it sets a new connection up.
_DRIVER_ERRORS = (DBAPIError, AsyncAdapt_asyncpg_dbapi.Error, asyncpg.PostgresError)
# Failures that follow each other sooner belong to one outage.
_QUIET_SECONDS = 60.0

logger = logging.getLogger(__name__)


class OutageLog:
    """Logs one warning for each outage of a server, however many requests it fails."""

    def __init__(self, consequence: str = "Postgres is not available") -> None:
        self._consequence = consequence
        self._last = float("-inf")

    def note(self, error: BaseException) -> None:
        """Log a failure, unless another one was just before."""
        now = time.monotonic()
        began, self._last = now - self._last > _QUIET_SECONDS, now
        if began:
            logger.warning("%s: %s", self._consequence, str(error) or type(error).__name__)

    def within(self, seconds: float) -> bool:
        """Return whether there was a failure so short a time ago."""
        return time.monotonic() - self._last < seconds


def sqlstate(error: BaseException) -> str:
    """Return the five characters by which Postgres names an error, or a blank text."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


def is_outage(error: BaseException) -> bool:
    """Return whether Postgres answered that it can't serve, whatever the statement."""
    return sqlstate(error).startswith(_OUTAGES)


def serves_nobody(unavailable: DatabaseUnavailable) -> bool:
    """Return whether the server was there to say, or its machine, that nobody is served just now.

    One that is silent may serve others.
    """
    error = unavailable.__cause__
    refused = isinstance(error, ConnectionRefusedError | FileNotFoundError | NoWritableServer)
    return refused or (error is not None and sqlstate(error) == _CANNOT_CONNECT_NOW)


def outage_within(sessions: async_sessionmaker[AsyncSession], seconds: float) -> bool:
    """Return whether this process found Postgres not available so short a time ago."""
    outages: OutageLog = sessions.kw["bind"].sync_engine.pool.outages
    return outages.within(seconds)


@asynccontextmanager
async def translating_outages(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[None]:
    """Turn the driver's errors of an outage into one error, and those of a refusal into ours.

    Raises:
        NoAuthority: The user was erased, or revoked tokens like this one.
        DatabaseUnavailable: Postgres can't be reached, can't serve, or was lost.
        RateLimited: The transaction's user is over a limit.
    """
    try:
        yield
    except (*_DRIVER_ERRORS, OSError, TimeoutError, PoolTimeout) as error:
        raise_if_limited(getattr(error, "orig", error))
        if isinstance(error, _DRIVER_ERRORS):
            raise_refusal(sqlstate(error))
            lost = getattr(error, "connection_invalidated", False)
            if not lost and not is_outage(error):
                raise
        raise_unavailable(sessions, error)


def raise_unavailable(sessions: async_sessionmaker[AsyncSession], error: Exception) -> NoReturn:
    """Log an outage, once, and raise its error.

    Raises:
        DatabaseUnavailable: Always.
    """
    metrics().service.database_failures.inc()
    outages: OutageLog = sessions.kw["bind"].sync_engine.pool.outages
    outages.note(getattr(error, "orig", None) or error)
    raise DatabaseUnavailable from error

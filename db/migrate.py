"""Migrates a database to the newest schema, while the version before serves."""

import asyncio
import logging
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.engine import create_engine
from db.outages import sqlstate
from db.revision import is_new_enough

_MIGRATIONS = Path(__file__).parent / "migrations"
# Replicas that start at the same time migrate one after the other.
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(7071, 1)")
# Who waits for the lock of a table keeps all waiting who come after: it gives up before that is
# felt, and tries again when those who hold the lock may be through.
_LIMITS = text(
    "select set_config('lock_timeout', '500ms', true), set_config('statement_timeout', '0', true)"
)
# The lock was not available in time, or only to one of two who waited for each other.
_LOCKED = ("55P03", "40P01")
_RETRY_SECONDS = 0.5
_GIVE_UP_SECONDS = 120

logger = logging.getLogger(__name__)


def upgrade(database_url: str) -> None:
    """Run every pending migration, each in a transaction of its own; all in one if there is none.

    A schema of a later version is left as it is. A migration that changes many rows names the
    statements in `PORTIONS`: before it runs, each is executed in transactions of its own until it
    finds no more rows. It changes at most some thousand rows that are not locked, so that nobody
    waits long for one; and none that it has changed before, so that it goes on after a failure.

    Raises:
        DBAPIError: A migration failed, or found its tables locked for two minutes. Those before it
            have run.
    """
    asyncio.run(_upgrade(database_url))


async def _upgrade(database_url: str) -> None:
    engine = create_engine(database_url, pool_size=1, statement_seconds=None)
    give_up_at = time.monotonic() + _GIVE_UP_SECONDS
    try:
        while await _retrying(engine, give_up_at):
            pass
    finally:
        await engine.dispose()


async def _retrying(engine: AsyncEngine, give_up_at: float) -> bool:
    """Take the next step, again and again while its tables are locked."""
    while True:
        try:
            return await _take_step(engine)
        except DBAPIError as error:
            if sqlstate(error) not in _LOCKED or time.monotonic() > give_up_at:
                raise
            logger.warning("A migration waits for tables that are in use")
            await asyncio.sleep(_RETRY_SECONDS)


async def _take_step(engine: AsyncEngine) -> bool:
    """Run a portion of the next migration, or the rest of it, or all in an empty database.

    Returns whether more follow.
    """
    async with engine.begin() as connection:
        await connection.execute(_ONE_AT_A_TIME)
        await connection.execute(_LIMITS)
        stored = await connection.run_sync(_stored_revision)
        if is_new_enough(stored):
            return False
        if stored is None:
            await connection.run_sync(run_migrations)
            return False
        following = _following(stored)
        if not await _changes_portion(connection, following):
            await connection.run_sync(run_migrations, following.revision)
        return True


def _stored_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _following(stored: str) -> Script:
    scripts = ScriptDirectory(str(_MIGRATIONS))
    return scripts.get_revision(next(iter(scripts.get_revision(stored).nextrev)))


async def _changes_portion(connection: AsyncConnection, migration: Script) -> bool:
    for portion in getattr(migration.module, "PORTIONS", ()):
        if (await connection.execute(text(portion))).rowcount:
            return True
    return False


def run_migrations(connection: Connection, revision: str = "head") -> None:
    """Migrate over a connection whose transaction the caller commits."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)

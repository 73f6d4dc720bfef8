"""Migrates a database to the newest schema."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from db.engine import create_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
# Replicas that start at the same time migrate one after the other.
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(7071, 1)")


def upgrade(database_url: str) -> None:
    """Run every pending migration, all in one transaction."""
    asyncio.run(_upgrade(database_url))


async def _upgrade(database_url: str) -> None:
    engine = create_engine(database_url, pool_size=1, statement_seconds=None)
    try:
        async with engine.begin() as connection:
            await connection.execute(_ONE_AT_A_TIME)
            await connection.run_sync(run_migrations)
    finally:
        await engine.dispose()


def run_migrations(connection: Connection, revision: str = "head") -> None:
    """Migrate over a connection whose transaction the caller commits."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)

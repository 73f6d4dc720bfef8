"""A database of their own: what fires or is sent there is fired and sent by these tests alone."""

from collections.abc import AsyncIterator

import pytest

from db.engine import Sessions, create_engine, create_sessions
from tests.postgres import new_database


@pytest.fixture(scope="module")
async def database_url(migrated_url: str) -> str:
    return await new_database(migrated_url)


@pytest.fixture(scope="module")
async def committed(database_url: str) -> AsyncIterator[Sessions]:
    engine = create_engine(database_url, pool_size=10)
    yield create_sessions(engine)
    await engine.dispose()

from collections.abc import AsyncIterator

import pytest

from tests.postgres import new_database
from tests.replicas.installation import Installation, running_installation


@pytest.fixture(scope="module")
async def installation(
    migrated_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """The replicas behind nginx, shared by the tests; use a user of your own."""
    url = await new_database(migrated_url)
    async with running_installation(url, tmp_path_factory.mktemp("replicas")) as running:
        yield running

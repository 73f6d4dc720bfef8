"""The schema of the embedded Postgres, brought to the newest revision at a start."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from chat_api.supervisor.database import prepare_database
from chat_api.supervisor.processes import Launcher, environment
from chat_api.supervisor.signals import StopSignals
from db.embedded import embedded_postgres, stored_revision
from db.revision import VERSIONS, newest_revision

pytestmark = pytest.mark.requirement("FR-RUN-019")


def test_the_newest_revision_is_the_one_that_the_migrations_lead_to() -> None:
    assert newest_revision() == ScriptDirectory(str(VERSIONS.parent)).get_current_head()


async def test_only_a_schema_that_is_not_the_newest_is_migrated(data_dir: Path) -> None:
    log = data_dir / "logs" / "migration.log"
    with embedded_postgres(data_dir):
        assert stored_revision(data_dir) is None
        await _prepare(data_dir)
        assert stored_revision(data_dir) == newest_revision()
        # The program that migrates begins it.
        log.unlink()
        await _prepare(data_dir)
    assert not log.exists()


async def _prepare(data_dir: Path) -> None:
    with StopSignals() as stop:
        async with AsyncExitStack() as stack:
            launcher = Launcher(environment(data_dir), stop.force_stop)
            await prepare_database(stack, launcher, None, data_dir, stop)

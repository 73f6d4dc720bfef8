"""`todochat worker`, beside an API that leaves reminders to it."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.faults.reminder_rows import reminder_rows
from tests.forking import Surroundings, start_command
from tests.processes import running_services
from tests.stack import SECRET

_STOP_SECONDS = 20


@pytest.mark.requirement("FR-TASK-310")
async def test_a_worker_fires_what_the_api_leaves_to_it(
    own_database_url: str, tmp_path: Path
) -> None:
    variables = {
        "DATABASE_URL": own_database_url,
        "TODOCHAT_DATA_DIR": str(tmp_path / "data"),
        "BETTER_AUTH_SECRET": SECRET,
    }
    async with reminder_rows(own_database_url) as rows:
        with running_services(own_database_url, tmp_path, RUN_WORKER="false"):
            count = await rows.add(5, 1, delay=-1, spread=0)
            await asyncio.sleep(2)
            assert await rows.waiting() == count
            log = tmp_path / "worker.log"
            around = Surroundings({**os.environ, **variables}, log, log, tmp_path)
            worker = start_command(["worker"], around)
            await rows.until_fired()
            assert await rows.wrong() == []
            worker.terminate()
            await asyncio.to_thread(worker.join, _STOP_SECONDS)
            assert worker.exitcode == 0, log.read_text()

"""Reminders while processes that fire them are killed, and while Postgres restarts."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.dying_worker import STEPS
from tests.faults.reminder_rows import ReminderRows, reminder_rows
from tests.faults.size import Size
from tests.faults.world import World
from tests.forking import start_module
from tests.processes import process

_LONGEST_SECONDS = 40


@pytest.fixture
async def reminders(own_database_url: str) -> AsyncIterator[ReminderRows]:
    async with reminder_rows(own_database_url) as rows:
        yield rows


def environment(database_url: str, folder: Path) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "TODOCHAT_DATA_DIR": str(folder)}


@contextmanager
def workers(count: int, database_url: str, folder: Path) -> Iterator[None]:
    """Run workers beside each other until the block ends."""
    with ExitStack() as running:
        for number in range(count):
            log = folder / f"worker-{number}.log"
            variables = environment(database_url, folder)
            running.enter_context(process("chat_api.worker", variables, log))
        yield


@pytest.mark.requirement("FR-TASK-301")
@pytest.mark.parametrize("step", STEPS)
async def test_a_worker_that_is_killed_at_any_step_of_firing(
    reminders: ReminderRows, own_database_url: str, tmp_path: Path, step: str
) -> None:
    count = await reminders.add(10, 3, delay=-1, spread=0)
    variables = environment(own_database_url, tmp_path) | {"DIE_AT": step}
    dying = start_module("tests.faults.dying_worker", variables, tmp_path / "dying.log")
    await asyncio.to_thread(dying.join, _LONGEST_SECONDS)
    assert dying.exitcode == -signal.SIGKILL
    assert await reminders.notified() == (count if step == "after commit" else 0)
    with workers(1, own_database_url, tmp_path):
        await reminders.until_fired()
    assert await reminders.wrong() == []
    assert await reminders.notified() == count


@pytest.mark.requirement("FR-TASK-301")
async def test_workers_that_are_killed_while_many_reminders_are_due(
    reminders: ReminderRows, own_database_url: str, tmp_path: Path, size: Size
) -> None:
    count = await reminders.add(size.users, size.reminders_per_user, delay=2, spread=3)
    with workers(2, own_database_url, tmp_path):
        for number in range(size.kills):
            log = tmp_path / f"killed-{number}.log"
            killed = start_module("chat_api.worker", environment(own_database_url, tmp_path), log)
            await asyncio.sleep(0.5 + 0.13 * number)
            killed.kill()
            killed.join()
        await reminders.until_fired()
    assert await reminders.wrong() == []
    assert await reminders.notified() == count


@pytest.mark.requirement("FR-TASK-301")
async def test_a_postgres_that_restarts_while_reminders_are_due(world: World, size: Size) -> None:
    async with reminder_rows(world.database_url) as rows:
        count = await rows.add(size.users, size.reminders_per_user, delay=1, spread=4)
    await asyncio.sleep(2)
    world.one.kill()
    await world.restart_postgres()
    world.one.start()
    await world.ready()
    async with world.database() as connection:
        rows = ReminderRows(connection)
        await rows.until_fired()
        assert await rows.wrong() == []
        assert await rows.notified() == count
        await rows.clear()

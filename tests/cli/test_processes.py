"""Programs of the supervisor: they start, they stop, and they never outlive it."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from chat_api.supervisor.processes import Launcher, exit_reason
from tests.cli.processes import environment, wait_until

IDLE = "tests.cli.idle"


def launcher(force_stop: asyncio.Event | None = None) -> Launcher:
    return Launcher(environment(), force_stop or asyncio.Event())


def until_logged(log: Path) -> str:
    wait_until(lambda: log.exists() and log.read_text().endswith("\n"))
    return log.read_text()


@pytest.mark.requirement("FR-RUN-005")
def test_a_program_ends_when_its_supervisor_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.cli.supervising"],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as supervisor:
        assert supervisor.stdout is not None
        program = psutil.Process(int(supervisor.stdout.readline()))
        supervisor.kill()
        wait_until(lambda: not program.is_running())


@pytest.mark.requirement("FR-RUN-006")
async def test_a_program_is_asked_to_end_with_its_block(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "idle.log"
    async with launcher().running(IDLE, ["--option"], log=log, stop_seconds=5) as process:
        assert await asyncio.to_thread(until_logged, log) == f"{process.pid} --option\n"
    assert await exit_reason(process) == "Terminated"


@pytest.mark.requirement("FR-RUN-006")
async def test_a_program_that_will_not_end_is_killed_in_time(tmp_path: Path) -> None:
    log = tmp_path / "idle.log"
    async with launcher().running(IDLE, ["stubborn"], log=log, stop_seconds=0.2) as process:
        await asyncio.to_thread(until_logged, log)
    assert await exit_reason(process) == "Killed"


@pytest.mark.requirement("FR-RUN-006")
async def test_a_forced_stop_does_not_wait_for_a_program_that_will_not_end(tmp_path: Path) -> None:
    log, force_stop = tmp_path / "idle.log", asyncio.Event()
    started = time.monotonic()
    async with launcher(force_stop).running(IDLE, ["stubborn"], log=log, stop_seconds=60):
        await asyncio.to_thread(until_logged, log)
        force_stop.set()
    assert time.monotonic() - started < 10


@pytest.mark.requirement("FR-RUN-007")
async def test_a_new_run_keeps_the_log_of_the_one_before(tmp_path: Path) -> None:
    log = tmp_path / "idle.log"
    for run in ("first", "second"):
        async with launcher().running(IDLE, [run], log=log, stop_seconds=5):
            await asyncio.to_thread(until_logged, log)
    assert log.read_text().endswith("second\n")
    assert (tmp_path / "idle.log.1").read_text().endswith("first\n")

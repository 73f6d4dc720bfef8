"""Programs of the supervisor: they start, they stop, and they never outlive it."""

import asyncio
import os
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


@pytest.mark.requirement("FR-RUN-005")
def test_a_program_that_was_not_started_yet_ends_with_its_supervisor_too() -> None:
    pipe, ours = os.pipe()
    command = [sys.executable, "-m", "chat_api.supervisor.child", str(pipe), IDLE]
    with subprocess.Popen(
        command, env=environment(), pass_fds=(pipe,), stdout=subprocess.PIPE
    ) as program:
        os.close(pipe)
        os.close(ours)
        printed, _ = program.communicate(timeout=20)
        assert (printed, program.returncode) == (b"", 1)


@pytest.mark.requirement("FR-RUN-018")
async def test_a_program_is_imported_at_once_and_runs_when_it_is_started(tmp_path: Path) -> None:
    log = tmp_path / "variables.log"
    async with launcher().launched("tests.cli.variables", log=log, stop_seconds=5) as program:
        assert await asyncio.to_thread(until_logged, log) == "imported\n"
        program.start({"GIVEN_LATE": "now"})
        await program.process.wait()
    assert log.read_text() == "imported\nGIVEN_LATE=now\n"


@pytest.mark.requirement("FR-RUN-006")
async def test_a_program_is_asked_to_end_with_its_block(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "idle.log"
    async with launcher().launched(IDLE, ["--option"], log=log, stop_seconds=5) as program:
        program.start({})
        process = program.process
        assert await asyncio.to_thread(until_logged, log) == f"{process.pid} --option\n"
    assert await exit_reason(process) == "Terminated"


@pytest.mark.requirement("FR-RUN-006")
async def test_a_program_that_will_not_end_is_killed_in_time(tmp_path: Path) -> None:
    log = tmp_path / "idle.log"
    async with launcher().launched(IDLE, ["stubborn"], log=log, stop_seconds=0.2) as program:
        program.start({})
        await asyncio.to_thread(until_logged, log)
    assert await exit_reason(program.process) == "Killed"


@pytest.mark.requirement("FR-RUN-006")
async def test_a_forced_stop_does_not_wait_for_a_program_that_will_not_end(tmp_path: Path) -> None:
    log, force_stop = tmp_path / "idle.log", asyncio.Event()
    started = time.monotonic()
    stubborn = launcher(force_stop).launched(IDLE, ["stubborn"], log=log, stop_seconds=60)
    async with stubborn as program:
        program.start({})
        await asyncio.to_thread(until_logged, log)
        force_stop.set()
    assert time.monotonic() - started < 10


@pytest.mark.requirement("FR-RUN-007")
async def test_a_new_run_keeps_the_log_of_the_one_before(tmp_path: Path) -> None:
    log = tmp_path / "idle.log"
    for run in ("first", "second"):
        async with launcher().launched(IDLE, [run], log=log, stop_seconds=5) as program:
            program.start({})
            await asyncio.to_thread(until_logged, log)
    assert log.read_text().endswith("second\n")
    assert (tmp_path / "idle.log.1").read_text().endswith("first\n")

"""Waiting for the services, and noticing when one is gone."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chat_api.supervisor.processes import Launcher, ProgramEnded, StartError
from chat_api.supervisor.readiness import RunningProgram, until_program_ends, until_ready
from chat_api.supervisor.signals import Stopped, StopSignals
from tests.cli.processes import environment
from tests.cli.scripted_server import answering

NOWHERE = "http://127.0.0.1:9/ready"


@asynccontextmanager
async def watched(module: str, log: Path) -> AsyncIterator[RunningProgram]:
    launcher = Launcher(environment(), asyncio.Event())
    async with launcher.launched(module, log=log, stop_seconds=5) as program:
        program.start({})
        yield RunningProgram("API", program, log)


@pytest.mark.requirement("FR-RUN-008")
async def test_ready_is_an_answer_of_200() -> None:
    with StopSignals() as stop, answering(200) as url:
        await until_ready(url, [], stop)


@pytest.mark.requirement("FR-RUN-008")
async def test_another_answer_is_told_when_the_time_is_up() -> None:
    with (
        StopSignals() as stop,
        answering(503) as url,
        pytest.raises(StartError, match="is not ready after 0 seconds: it answers 503"),
    ):
        await until_ready(url, [], stop, seconds=0)


@pytest.mark.requirement("FR-RUN-009")
async def test_a_program_that_ends_while_starting_is_named(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with watched("no.such.module", log) as program:
        with StopSignals() as stop, pytest.raises(ProgramEnded, match="API ended by itself: exit"):
            await until_ready(NOWHERE, [program], stop)
    assert "no.such.module" in log.read_text() or "No module named" in log.read_text()


@pytest.mark.requirement("FR-RUN-009")
async def test_a_program_that_ends_later_is_named(tmp_path: Path) -> None:
    async with watched("tests.cli.idle", tmp_path / "log") as running:
        running.program.process.kill()
        with StopSignals() as stop, pytest.raises(ProgramEnded, match="API ended by itself: Kill"):
            await until_program_ends([running], stop)


@pytest.mark.requirement("FR-RUN-006")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_the_wait(number: signal.Signals) -> None:
    with StopSignals() as stop:
        os.kill(os.getpid(), number)
        with pytest.raises(Stopped):
            await until_ready(NOWHERE, [], stop)
        assert not stop.force_stop.is_set()


@pytest.mark.requirement("FR-RUN-006")
async def test_only_a_second_ctrl_c_forces_the_stop() -> None:
    with StopSignals() as stop:
        for number in (signal.SIGHUP, signal.SIGHUP):
            os.kill(os.getpid(), number)
            await asyncio.sleep(0)
        await stop.requested.wait()
        assert not stop.force_stop.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        async with asyncio.timeout(20):
            await stop.force_stop.wait()

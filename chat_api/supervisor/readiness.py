"""Starting the services, and waiting until they are ready or one of them ends."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from chat_api.supervisor.plan import Service
from chat_api.supervisor.processes import (
    Launcher,
    Program,
    ProgramEnded,
    StartError,
    exit_reason,
    race,
)
from chat_api.supervisor.signals import StopSignals

_READY_SECONDS = 60
_POLL_SECONDS = 0.05
_ANSWER_SECONDS = 2


@dataclass(frozen=True)
class RunningProgram:
    """A program that should run until it is stopped."""

    title: str
    program: Program
    log: Path


async def launch_services(
    stack: AsyncExitStack, launcher: Launcher, services: Sequence[Service], data_dir: Path
) -> list[RunningProgram]:
    """Launch all services, each with its log; they are stopped when the stack unwinds."""
    programs = []
    for service in services:
        log = data_dir / "logs" / f"{service.name}.log"
        launched = launcher.launched(
            service.module,
            log=log,
            stop_seconds=service.stop_seconds,
            variables=service.variables,
        )
        program = await stack.enter_async_context(launched)
        programs.append(RunningProgram(service.title, program, log))
    return programs


async def until_all_ready(
    services: Sequence[Service], programs: Sequence[RunningProgram], stop: StopSignals
) -> None:
    """Wait until each service that has a ready URL is ready.

    Raises:
        Stopped: A signal asked to stop before.
        ProgramEnded: One of the programs ended before.
        StartError: A service was not ready in time.
    """
    for service in services:
        if service.ready_url:
            await until_ready(service.ready_url, programs, stop)


async def until_ready(
    url: str, programs: Sequence[RunningProgram], stop: StopSignals, seconds: float = _READY_SECONDS
) -> None:
    """Wait until `url` answers 200.

    Raises:
        Stopped: A signal asked to stop before.
        ProgramEnded: One of the programs ended before.
        StartError: It did not in time; the message says what it answered.
    """
    await race(_poll(url, seconds), *_interruptions(programs, stop))


async def until_program_ends(programs: Sequence[RunningProgram], stop: StopSignals) -> None:
    """Wait while all programs run.

    Raises:
        Stopped: A signal asked to stop.
        ProgramEnded: One of the programs ended.
    """
    await race(*_interruptions(programs, stop))


def _interruptions(
    programs: Sequence[RunningProgram], stop: StopSignals
) -> list[Coroutine[Any, Any, NoReturn]]:
    return [stop.stopped(), *(_raise_when_ended(running) for running in programs)]


async def _raise_when_ended(running: RunningProgram) -> NoReturn:
    reason = await exit_reason(running.program.process)
    raise ProgramEnded(f"The {running.title} ended by itself: {reason}.", running.log)


async def _poll(url: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while problem := await asyncio.to_thread(_problem, url):
        if time.monotonic() >= deadline:
            raise StartError(f"{url} is not ready after {seconds:.0f} seconds: {problem}.")
        await asyncio.sleep(_POLL_SECONDS)


def _problem(url: str) -> str:
    """Ask once; the standard library's client is a tenth of others, and knows no proxies."""
    address = urlsplit(url)
    with closing(HTTPConnection(address.netloc, timeout=_ANSWER_SECONDS)) as connection:
        try:
            connection.request("GET", address.path)
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            return str(error) or type(error).__name__
    return "" if status == HTTPStatus.OK else f"it answers {status}"

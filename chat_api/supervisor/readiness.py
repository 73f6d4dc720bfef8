"""Starting the services, and waiting until they are ready or one of them ends."""

import asyncio
import time
from asyncio.subprocess import Process
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import httpx2

from chat_api.supervisor.processes import Launcher, ProgramEnded, StartError, exit_reason, race
from chat_api.supervisor.services import Service
from chat_api.supervisor.signals import StopSignals

_READY_SECONDS = 30
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class RunningProgram:
    """A program that should run until it is stopped."""

    title: str
    process: Process
    log: Path


async def start_services(
    stack: AsyncExitStack, launcher: Launcher, services: Sequence[Service], data_dir: Path
) -> list[RunningProgram]:
    """Start all services, each with its log; they are stopped when the stack unwinds."""
    programs = []
    for service in services:
        log = data_dir / "logs" / f"{service.name}.log"
        running = launcher.running(service.module, log=log, stop_seconds=service.stop_seconds)
        process = await stack.enter_async_context(running)
        programs.append(RunningProgram(service.title, process, log))
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
    return [stop.stopped(), *(_raise_when_ended(program) for program in programs)]


async def _raise_when_ended(program: RunningProgram) -> NoReturn:
    reason = await exit_reason(program.process)
    raise ProgramEnded(f"The {program.title} ended by itself: {reason}.", program.log)


async def _poll(url: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    # Proxies that the environment names can't reach this machine's own services.
    async with httpx2.AsyncClient(trust_env=False, timeout=2) as client:
        while problem := await _problem(client, url):
            if time.monotonic() >= deadline:
                raise StartError(f"{url} is not ready after {seconds:.0f} seconds: {problem}.")
            await asyncio.sleep(_POLL_SECONDS)


async def _problem(client: httpx2.AsyncClient, url: str) -> str:
    try:
        response = await client.get(url)
    except httpx2.HTTPError as error:
        return str(error) or type(error).__name__
    return "" if response.status_code == httpx2.codes.OK else f"it answers {response.status_code}"

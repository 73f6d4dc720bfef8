"""Keeping an eye on the running services."""

import asyncio
import time
from asyncio.subprocess import Process
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import httpx2

from chat_api.supervisor.errors import ProgramEnded, StartError
from chat_api.supervisor.processes import ended
from chat_api.supervisor.race import race
from chat_api.supervisor.signals import StopSignals

_READY_SECONDS = 30
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Watched:
    """A program that should run until it is stopped."""

    title: str
    process: Process
    log: Path


async def until_ready(
    url: str, programs: Sequence[Watched], stop: StopSignals, seconds: float = _READY_SECONDS
) -> None:
    """Wait until `url` answers 200.

    Raises:
        Stopped: a signal asked to stop before.
        ProgramEnded: one of the programs ended before.
        StartError: there was no such answer in time; the message has what was said instead.

    """
    await race(_ready(url, seconds), *_troubles(programs, stop))


async def until_trouble(programs: Sequence[Watched], stop: StopSignals) -> None:
    """Wait while all goes well.

    Raises:
        Stopped: a signal asked to stop.
        ProgramEnded: one of the programs ended.

    """
    await race(*_troubles(programs, stop))


def _troubles(
    programs: Sequence[Watched], stop: StopSignals
) -> list[Coroutine[Any, Any, NoReturn]]:
    return [stop.stopped(), *(_watch(program) for program in programs)]


async def _watch(program: Watched) -> NoReturn:
    how = await ended(program.process)
    raise ProgramEnded(f"The {program.title} ended by itself: {how}.", program.log)


async def _ready(url: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    # Proxies that the environment names are not for this machine's own services.
    async with httpx2.AsyncClient(trust_env=False, timeout=2) as client:
        while problem := await _problem(client, url):
            if time.monotonic() >= deadline:
                raise StartError(f"{url} is not ready after {seconds:.0f} seconds: {problem}.")
            await asyncio.sleep(_POLL_SECONDS)


async def _problem(client: httpx2.AsyncClient, url: str) -> str:
    try:
        answer = await client.get(url)
    except httpx2.HTTPError as error:
        return str(error) or type(error).__name__
    return "" if answer.status_code == httpx2.codes.OK else f"it answers {answer.status_code}"

"""How long starts take, and what the programs hold when they idle: goal 7."""

import asyncio
import os
import signal
import subprocess
import tarfile
import time
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path

import psutil

from tests.bench.figures import Goal, Row, at_most
from tests.bench.run import Options
from tests.bench.services import data_folder, environment, installation
from tests.bench.usage import resident_bytes
from tests.processes import free_port
from tests.specs.documents import ROOT
from tests.up import own_ports, up

_IDLE_SECONDS = 5
_MEGABYTE = 2**20
_MEMORY = {"chat_api": ("API", 120), "mcp_server": ("MCP server", 80)}
_WEB = ("node", "next-server")  # which names itself so
_RUNNING = "Ctrl-C stops"
_STOP_SECONDS = 60


async def starting(options: Options) -> AsyncIterator[Row]:
    """Start an API alone, then everything with data that is there already."""
    starts = options.choose(3, 1)
    async with installation() as made:
        ready = min([(await made.api("offline")).ready_after for _ in range(starts)])
    yield _row("API", "start until ready", ready, "s", at_most(2))
    for row in await asyncio.to_thread(lambda: list(_everything(starts))):
        yield row


async def first_run(options: Options) -> AsyncIterator[Row]:
    """Run `make run` in a fresh copy of what is committed."""
    if options.quick:
        return
    seconds = await asyncio.to_thread(_from_nothing)
    yield _row(
        "make run",
        "start from nothing",
        seconds,
        "s",
        at_most(45),
        "packages come from the caches of uv and npm if they have them",
    )


def _everything(starts: int) -> Iterator[Row]:
    with data_folder() as folder:
        variables = own_ports(TODOCHAT_DATA_DIR=str(folder))
        with up(variables):
            pass
        took = []
        for _ in range(starts):
            began = time.perf_counter()
            with up(variables) as running:
                took.append(time.perf_counter() - began)
                if len(took) == starts:
                    time.sleep(_IDLE_SECONDS)
                    memory = list(_memory(running.process.pid))
    yield _row("everything", "warm start", min(took), "s", at_most(4))
    yield from memory


def _memory(supervisor: int) -> Iterator[Row]:
    yield _idle("supervisor", resident_bytes(supervisor), at_most(35))
    for child in psutil.Process(supervisor).children(recursive=True):
        module = (child.cmdline() or [""])[-1]
        if module in _MEMORY:
            name, most = _MEMORY[module]
            yield _idle(name, resident_bytes(child.pid), at_most(most))
        elif child.name().startswith(_WEB):
            yield _idle("web app", resident_bytes(child.pid), None)


def _idle(name: str, held: int, goal: Goal | None) -> Row:
    return _row(name, "memory when idle", held / _MEGABYTE, "MB", goal)


def _from_nothing() -> float:
    with data_folder() as folder:
        copy = folder / "copy"
        archive = subprocess.run(
            ["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
            tar.extractall(copy, filter="data")
        ports = {name: str(free_port()) for name in ("API_PORT", "MCP_PORT", "WEB_PORT")}
        variables = {**environment(), **ports, "TODOCHAT_DATA_DIR": str(folder / "data")}
        return _until_running(copy, variables)


def _until_running(copy: Path, variables: dict[str, str]) -> float:
    began = time.perf_counter()
    with subprocess.Popen(
        ["make", "run"],
        cwd=copy,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as make:
        assert make.stdout
        printed = []
        for line in make.stdout:
            printed.append(line)
            if _RUNNING in line:
                break
        took = time.perf_counter() - began
        os.killpg(make.pid, signal.SIGINT)
        make.stdout.read()
        make.wait(_STOP_SECONDS)
    if not printed or _RUNNING not in printed[-1]:
        raise RuntimeError(f"make run ended: {''.join(printed)[-2000:]}")
    return took


def _row(
    case: str, measure: str, value: float, unit: str, goal: Goal | None, note: str = ""
) -> Row:
    return Row(
        bench="starting",
        subject="ours",
        case=case,
        measure=measure,
        value=value,
        unit=unit,
        goal=goal,
        note=note,
    )

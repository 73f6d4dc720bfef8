"""Starting the services in their order."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from chat_api.supervisor.processes import Launcher
from chat_api.supervisor.services import Service
from chat_api.supervisor.signals import StopSignals
from chat_api.supervisor.watch import Watched, until_ready


async def start(
    stack: AsyncExitStack, launcher: Launcher, all_services: Sequence[Service], data_dir: Path
) -> list[Watched]:
    """Start all services, each with its log; they are stopped when the stack unwinds."""
    programs = []
    for service in all_services:
        log = data_dir / "logs" / f"{service.name}.log"
        running = launcher.running(service.module, log=log, stop_seconds=service.stop_seconds)
        programs.append(Watched(service.title, await stack.enter_async_context(running), log))
    return programs


async def until_all_ready(
    all_services: Sequence[Service], programs: Sequence[Watched], stop: StopSignals
) -> None:
    """Wait until each service that tells when it is ready has said so.

    Raises:
        ProgramEnded: one of the programs ended by itself.
        Stopped: a signal asked to stop.
    """
    for service in all_services:
        if service.ready_url:
            await until_ready(service.ready_url, programs, stop)

"""Starting the services in their order."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from chat_api.supervisor.programs import Launcher
from chat_api.supervisor.services import Service
from chat_api.supervisor.watch import Watched


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


def readiness(all_services: Sequence[Service]) -> str:
    """Return the address that says when all of them can serve."""
    api = next(service for service in all_services if service.name == "api")
    return f"{api.url}/ready"

"""One program in the foreground, with the database that it needs."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import NoReturn

from chat_api.settings import ApiSettings
from chat_api.supervisor.database import migrate, open_database
from chat_api.supervisor.processes import Launcher, race
from chat_api.supervisor.services import environment
from chat_api.supervisor.signals import Stopped, StopSignals
from db.embedded import usable_folder

_CALL_STOP_SECONDS = 2


def exec_module(module: str, arguments: Sequence[str], variables: Mapping[str, str]) -> NoReturn:
    """Replace this process by `python -m module` with these environment variables."""
    command = [sys.executable, "-P", "-m", module, *arguments]
    os.execve(command[0], command, variables)  # noqa: S606  no shell is needed


async def run_standalone(
    settings: ApiSettings, module: str, arguments: Sequence[str], stop_seconds: float
) -> int:
    """Run one program over the embedded Postgres, and return its exit code; 0 after a signal.

    Raises:
        StartError: The database can't be migrated.
        EmbeddedError: The data folder can't be used, or Postgres does not start.
    """
    with StopSignals() as stop:
        try:
            async with AsyncExitStack() as stack:
                launcher = await _with_database(stack, settings, stop)
                program = launcher.running(module, arguments, stop_seconds=stop_seconds)
                process = await stack.enter_async_context(program)
                await race(process.wait(), stop.stopped())
        except Stopped:
            return 0
    return process.returncode or 0


async def call_standalone(settings: ApiSettings, module: str, arguments: Sequence[str]) -> int:
    """Run one program to its end over the embedded Postgres, and return its exit code.

    Raises:
        Stopped: A signal asked to stop.
        StartError: The database can't be migrated.
        EmbeddedError: The data folder can't be used, or Postgres does not start.
    """
    with StopSignals() as stop:
        async with AsyncExitStack() as stack:
            launcher = await _with_database(stack, settings, stop)
            program = launcher.running(module, arguments, stop_seconds=_CALL_STOP_SECONDS)
            process = await stack.enter_async_context(program)
            return await race(process.wait(), stop.stopped()) or 0


async def migrate_standalone(settings: ApiSettings) -> None:
    """Bring the database to the newest schema.

    Raises:
        Stopped: A signal asked to stop.
        StartError: It can't be migrated.
        EmbeddedError: The data folder can't be used, or Postgres does not start.
    """
    with StopSignals() as stop:
        async with AsyncExitStack() as stack:
            await _with_database(stack, settings, stop)


async def _with_database(
    stack: AsyncExitStack, settings: ApiSettings, stop: StopSignals
) -> Launcher:
    data_dir = usable_folder(settings.data_dir)
    url = await open_database(stack, settings.database_url, data_dir)
    launcher = Launcher(environment(data_dir, url), stop.force_stop)
    await migrate(launcher, data_dir, stop)
    return launcher

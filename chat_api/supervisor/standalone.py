"""One program in the foreground, with the database that it needs.

One that runs on takes the place of the command, and so holds none of its libraries. One that ends
soon is run by the command itself: to start Python anew for it would take a third of its time.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import NoReturn

from chat_api.settings import ApiSettings
from chat_api.supervisor.child import load_program
from chat_api.supervisor.database import prepare_database
from chat_api.supervisor.foreground import start_over_embedded
from chat_api.supervisor.processes import Launcher, environment, race
from chat_api.supervisor.signals import StopSignals
from db.embedded import usable_folder

_CALL_STOP_SECONDS = 2


def exec_module(module: str, arguments: Sequence[str], variables: Mapping[str, str]) -> NoReturn:
    """Replace this process by `python -m module` with these environment variables."""
    command = [sys.executable, "-P", "-m", module, *arguments]
    os.execve(command[0], command, variables)  # noqa: S606  no shell is needed


def run_module(module: str, arguments: Sequence[str], variables: Mapping[str, str]) -> NoReturn:
    """Run what `python -m module` would with these further environment variables, and exit."""
    os.environ.update(variables)
    program = load_program(module)
    sys.argv = [module, *arguments]
    program.main()
    sys.exit()


def exec_over_database(settings: ApiSettings, module: str, arguments: Sequence[str]) -> None:
    """Replace this process by a program over DATABASE_URL; return if that is not set."""
    if settings.database_url is not None:
        # It reads its secrets itself: those from files have no place in its environment.
        exec_module(module, arguments, environment(settings.data_dir))


def run_over_database(settings: ApiSettings, module: str, arguments: Sequence[str]) -> None:
    """Run a program over DATABASE_URL and exit; return if that is not set."""
    if settings.database_url is not None:
        run_module(module, arguments, environment(settings.data_dir))


def exec_over_embedded(
    settings: ApiSettings, module: str, arguments: Sequence[str], stop_seconds: float
) -> NoReturn:
    """Replace this process by one that runs a program over the embedded Postgres."""
    own = [str(settings.data_dir), str(stop_seconds), module, *arguments]
    exec_module("chat_api.supervisor.foreground", own, os.environ)


async def call_standalone(settings: ApiSettings, module: str, arguments: Sequence[str]) -> int:
    """Run one program to its end over the embedded Postgres, and return its exit code.

    Raises:
        Stopped: A signal asked to stop.
        StartError: The database can't be migrated.
        EmbeddedError: The data folder can't be used, or Postgres does not start.
    """
    with StopSignals() as stop:
        async with AsyncExitStack() as stack:
            program = await start_over_embedded(
                stack, settings.data_dir, stop, module, arguments, _CALL_STOP_SECONDS
            )
            return await race(program.process.wait(), stop.stopped()) or 0


async def migrate_standalone(settings: ApiSettings) -> None:
    """Bring the database to the newest schema.

    Raises:
        Stopped: A signal asked to stop.
        StartError: It can't be migrated.
        EmbeddedError: The data folder can't be used, or Postgres does not start.
    """
    with StopSignals() as stop:
        async with AsyncExitStack() as stack:
            data_dir = usable_folder(settings.data_dir)
            launcher = Launcher(environment(data_dir), stop.force_stop)
            await prepare_database(stack, launcher, settings.database_url, data_dir, stop)

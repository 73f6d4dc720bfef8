"""All services on this machine, started in order and stopped together."""

import asyncio
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from rich.console import Console

from chat_api.supervisor.database import prepare_database
from chat_api.supervisor.local_models import describe, find_local_models
from chat_api.supervisor.plan import Plan
from chat_api.supervisor.preflight import check_ports
from chat_api.supervisor.processes import Launcher, ProgramEnded, environment, last_lines
from chat_api.supervisor.readiness import launch_services, until_all_ready, until_program_ends
from chat_api.supervisor.signals import Stopped, StopSignals
from chat_api.supervisor.terminal import print_text
from db.embedded import hold_folder
from db.embedded.log_files import rotate

_TAIL_LINES = 15
_ROTATE_SECONDS = 30
_LOG_BYTES = 10 * 1024 * 1024


async def up(plan: Plan, console: Console) -> None:
    """Run all services until a signal asks to stop.

    Raises:
        StartError: Something prevents the start, or a service ended by itself.
        EmbeddedError: The data folder can't be used or is in use, or Postgres does not start.
    """
    with StopSignals() as stop:
        async with AsyncExitStack() as stack:
            try:
                await _start_and_watch(stack, plan, console, stop)
            except Stopped:
                print_text(console, "\nStopping… (Ctrl-C again stops them at once)")
            except ProgramEnded as error:
                _show_log(console, error.log)
                raise
    print_text(console, "Stopped.")


async def _start_and_watch(
    stack: AsyncExitStack, plan: Plan, console: Console, stop: StopSignals
) -> None:
    looking = asyncio.create_task(find_local_models(plan.model_servers))
    stack.callback(looking.cancel)
    with console.status("Starting Postgres…") as status:
        data_dir = stack.enter_context(hold_folder(plan.data_dir))
        await check_ports(plan.host, plan.services)
        # Entered before the services, so that it is left after them.
        database = await stack.enter_async_context(AsyncExitStack())
        launcher = Launcher(environment(data_dir, plan.variables), stop.force_stop)
        programs = await launch_services(stack, launcher, plan.services, data_dir)
        prepared = await prepare_database(database, launcher, plan.database_url, data_dir, stop)
        status.update("Starting the services…")
        for service, running in zip(plan.services, programs, strict=True):
            running.program.start(prepared.variables(service.module))
        await until_all_ready(plan.services, programs, stop)
    # It was rendered for this terminal.
    with suppress(OSError):
        sys.stdout.write(plan.welcome)
        sys.stdout.flush()
    if found := await looking:
        print_text(console, describe(found, plan.command))
    rotating = asyncio.create_task(_rotate_logs(data_dir / "logs"))
    stack.callback(rotating.cancel)
    await until_program_ends(programs, stop)


async def _rotate_logs(folder: Path) -> None:
    while True:
        await asyncio.sleep(_ROTATE_SECONDS)
        with suppress(OSError):
            await asyncio.to_thread(rotate, folder, _LOG_BYTES)


def _show_log(console: Console, log: Path) -> None:
    lines = last_lines(log, _TAIL_LINES)
    if lines:
        print_text(console, f"\nThe end of {log}:\n")
        print_text(console, "\n".join(f"  {line}" for line in lines), "dim")
        print_text(console, "")

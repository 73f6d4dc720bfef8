"""`todochat up`: all services on this machine, started in order and stopped together."""

from contextlib import AsyncExitStack, suppress
from pathlib import Path

from rich.console import Console

from chat_api.settings import ApiSettings
from chat_api.supervisor.database import migrate, open_database
from chat_api.supervisor.preflight import check_ports
from chat_api.supervisor.processes import Launcher, ProgramEnded, last_lines
from chat_api.supervisor.readiness import start_services, until_all_ready, until_program_ends
from chat_api.supervisor.services import environment, services
from chat_api.supervisor.signals import Stopped, StopSignals
from chat_api.supervisor.web_process import is_built, issuer_variables, web_app
from chat_api.supervisor.welcome import welcome
from db.embedded import hold_folder

_TAIL_LINES = 15


async def up(settings: ApiSettings, console: Console) -> None:
    """Run all services until a signal asks to stop.

    Raises:
        StartError: Something prevents the start, or a service ended by itself.
        EmbeddedError: The data folder can't be used or is in use, or Postgres does not start.
        AuthError: No token can be made.
    """
    with StopSignals() as stop:
        async with AsyncExitStack() as stack:
            try:
                await _start_and_watch(stack, settings, console, stop)
            except Stopped:
                _print(console, "\nStopping… (Ctrl-C again stops them at once)")
            except ProgramEnded as error:
                _show_log(console, error.log)
                raise
    _print(console, "Stopped.")


async def _start_and_watch(
    stack: AsyncExitStack, settings: ApiSettings, console: Console, stop: StopSignals
) -> None:
    web = is_built()
    all_services = (*services(settings), *([web_app(settings)] if web else []))
    with console.status("Starting Postgres…") as status:
        data_dir = stack.enter_context(hold_folder(settings.data_dir))
        await check_ports(settings.host, all_services)
        url = await open_database(stack, settings.database_url, data_dir)
        variables = environment(data_dir, url, issuer_variables(settings) if web else None)
        launcher = Launcher(variables, stop.force_stop)
        status.update("Preparing the database…")
        await migrate(launcher, data_dir, stop)
        status.update("Starting the services…")
        programs = await start_services(stack, launcher, all_services, data_dir)
        await until_all_ready(all_services, programs, stop)
    welcome(console, settings, all_services, data_dir)
    await until_program_ends(programs, stop)


def _show_log(console: Console, log: Path) -> None:
    lines = last_lines(log, _TAIL_LINES)
    if lines:
        _print(console, f"\nThe end of {log}:\n")
        _print(console, "\n".join(f"  {line}" for line in lines), "dim")
        _print(console, "")


def _print(console: Console, text: str, style: str = "") -> None:
    # A terminal that was closed takes no output, and the stop must go on.
    with suppress(OSError):
        console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

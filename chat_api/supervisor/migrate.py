"""Bringing the database to the newest schema before anything uses it."""

from pathlib import Path

from chat_api.supervisor.errors import StartError
from chat_api.supervisor.logs import last_lines
from chat_api.supervisor.processes import Launcher, ended
from chat_api.supervisor.race import race
from chat_api.supervisor.signals import StopSignals

_MODULE = "chat_api.supervisor.migration"
_STOP_SECONDS = 10


async def migrate(launcher: Launcher, data_dir: Path, stop: StopSignals) -> None:
    """Run every migration that the database has not seen.

    Raises:
        Stopped: a signal asked to stop; nothing is left half done, since it is one transaction.
        StartError: it failed, with the last line of what it said.

    """
    log = data_dir / "logs" / "migration.log"
    async with launcher.running(_MODULE, log=log, stop_seconds=_STOP_SECONDS) as process:
        how = await race(ended(process), stop.stopped())
    if process.returncode:
        said = last_lines(log, 1) or [f"The migration failed: {how}."]
        raise StartError(said[0])

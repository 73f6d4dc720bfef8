"""The database of the services: opened, and migrated before anything uses it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from chat_api.supervisor.processes import Launcher, StartError, exit_reason, last_lines, race
from chat_api.supervisor.signals import StopSignals
from db.embedded import embedded_postgres

_MIGRATION = "chat_api.supervisor.migration"
_STOP_SECONDS = 10


async def open_database(stack: AsyncExitStack, configured: str | None, data_dir: Path) -> str:
    """Return the URL of the database; the embedded one runs until the stack unwinds.

    Raises:
        EmbeddedError: The embedded Postgres does not start.
    """
    if configured is not None:
        return configured
    postgres = embedded_postgres(data_dir)
    url = await asyncio.to_thread(postgres.__enter__)
    stack.push_async_callback(asyncio.to_thread, postgres.__exit__, None, None, None)
    return url


async def migrate(launcher: Launcher, data_dir: Path, stop: StopSignals) -> None:
    """Bring the launcher's database to the newest schema.

    Raises:
        Stopped: A signal asked to stop; the migrations are one transaction, so all or none ran.
        StartError: They failed; the message is the last line of their log.
    """
    log = data_dir / "logs" / "migration.log"
    async with launcher.running(_MIGRATION, log=log, stop_seconds=_STOP_SECONDS) as process:
        reason = await race(exit_reason(process), stop.stopped())
    if process.returncode:
        lines = last_lines(log, 1) or [f"The migration failed: {reason}."]
        raise StartError(lines[0])

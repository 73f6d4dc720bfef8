"""The database of the services: opened, and migrated before anything uses it."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from chat_api.supervisor.processes import Launcher, StartError, exit_reason, last_lines, race
from chat_api.supervisor.signals import StopSignals
from db.embedded import embedded_postgres, stored_revision
from db.revision import is_new_enough

_MIGRATION = "chat_api.supervisor.migration"
_STOP_SECONDS = 10


async def prepare_database(
    stack: AsyncExitStack,
    launcher: Launcher,
    configured: str | None,
    data_dir: Path,
    stop: StopSignals,
) -> Mapping[str, str]:
    """Return the variable that names the database, brought to the newest schema.

    The embedded Postgres runs until the stack unwinds.

    Raises:
        EmbeddedError: The embedded Postgres does not start.
        Stopped: A signal asked to stop; each migration ran whole or not at all.
        StartError: They failed; the message is the last line of their log.
    """
    variables = {"DATABASE_URL": configured or await _run_embedded(stack, data_dir)}
    if configured is not None or not await _is_newest(data_dir):
        await _migrate(launcher, variables, data_dir / "logs" / "migration.log", stop)
    return variables


async def _is_newest(data_dir: Path) -> bool:
    """Ask without the libraries that migrate, which take long to load."""
    return is_new_enough(await asyncio.to_thread(stored_revision, data_dir))


async def _migrate(
    launcher: Launcher, variables: Mapping[str, str], log: Path, stop: StopSignals
) -> None:
    async with launcher.launched(_MIGRATION, log=log, stop_seconds=_STOP_SECONDS) as migration:
        migration.start(variables)
        reason = await race(exit_reason(migration.process), stop.stopped())
    if migration.process.returncode:
        lines = last_lines(log, 1) or [f"The migration failed: {reason}."]
        raise StartError(lines[0])


async def _run_embedded(stack: AsyncExitStack, data_dir: Path) -> str:
    postgres = embedded_postgres(data_dir)
    url = await asyncio.to_thread(postgres.__enter__)
    stack.push_async_callback(asyncio.to_thread, postgres.__exit__, None, None, None)
    return url

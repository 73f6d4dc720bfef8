"""The database of the services: opened, and migrated before anything uses it."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from chat_api.supervisor.processes import Launcher, StartError, exit_reason, last_lines, race
from chat_api.supervisor.signals import StopSignals
from db.embedded import embedded_postgres, stored_revision
from db.revision import is_new_enough

_MIGRATION = "chat_api.supervisor.migration"
_WITH_LOGIN_ROLES = "--login-roles"
# What each program logs in as; commands of the owner's, such as a migration, are none of them.
_LOGIN_ROLES = {
    "chat_api": "todochat_api",
    "chat_api.worker": "todochat_api",
    "mcp_server": "todochat_mcp",
    "chat_api.supervisor.web_process": "todochat_web",
}
_STOP_SECONDS = 10


@dataclass(frozen=True)
class PreparedDatabase:
    """The URL of a database with the newest schema, and whether it is the embedded one."""

    url: str
    embedded: bool

    def variables(self, module: str) -> Mapping[str, str]:
        """Return the variable that names the database for a program.

        In the embedded one its login role is the program's own. That takes no password, since only
        this account reaches the socket.
        """
        role = _LOGIN_ROLES.get(module) if self.embedded else None
        if role is None:
            return {"DATABASE_URL": self.url}
        return {"DATABASE_URL": urlsplit(self.url)._replace(netloc=f"{role}:@").geturl()}


async def prepare_database(
    stack: AsyncExitStack,
    launcher: Launcher,
    configured: str | None,
    data_dir: Path,
    stop: StopSignals,
) -> PreparedDatabase:
    """Return the database, brought to the newest schema.

    The embedded Postgres runs until the stack unwinds.

    Raises:
        EmbeddedError: The embedded Postgres does not start.
        Stopped: A signal asked to stop; each migration ran whole or not at all.
        StartError: They failed; the message is the last line of their log.
    """
    log = data_dir / "logs" / "migration.log"
    if configured is not None:
        await _migrate(launcher, configured, log, stop)
        return PreparedDatabase(configured, embedded=False)
    url = await _run_embedded(stack, data_dir)
    if not await _is_newest(data_dir):
        await _migrate(launcher, url, log, stop, _WITH_LOGIN_ROLES)
    return PreparedDatabase(url, embedded=True)


async def _is_newest(data_dir: Path) -> bool:
    """Ask without the libraries that migrate, which take long to load."""
    return is_new_enough(await asyncio.to_thread(stored_revision, data_dir))


async def _migrate(
    launcher: Launcher, url: str, log: Path, stop: StopSignals, *arguments: str
) -> None:
    async with launcher.launched(
        _MIGRATION, arguments, log=log, stop_seconds=_STOP_SECONDS
    ) as migration:
        migration.start({"DATABASE_URL": url})
        reason = await race(exit_reason(migration.process), stop.stopped())
    if migration.process.returncode:
        lines = last_lines(log, 1) or [f"The migration failed: {reason}."]
        raise StartError(lines[0])


async def _run_embedded(stack: AsyncExitStack, data_dir: Path) -> str:
    postgres = embedded_postgres(data_dir)
    url = await asyncio.to_thread(postgres.__enter__)
    stack.push_async_callback(asyncio.to_thread, postgres.__exit__, None, None, None)
    return url

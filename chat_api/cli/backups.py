"""The commands `todochat backup`, `restore` and `revocations`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from chat_api.settings import read_settings
from chat_api.supervisor.standalone import call_standalone, run_over_database

# Loaded by who needs it, so that no other command loads the database libraries.
_PROGRAM = "chat_api.cli.backup_process"

File = Annotated[Path, typer.Argument(dir_okay=False, resolve_path=True)]


def backup(file: File) -> None:
    """Write all tasks, conversations and accounts to a file."""
    _call("backup", file)


def revocations(file: File) -> None:
    """Write what was erased and revoked so far, to be kept beside older backups."""
    _call("revocations", file)


def restore(
    file: File,
    since: Annotated[
        Path | None,
        typer.Option(
            "--revocations",
            exists=True,
            dir_okay=False,
            resolve_path=True,
            help="What `todochat revocations` wrote after the backup.",
        ),
    ] = None,
) -> None:
    """Put a backup into an empty database, erasing again what was erased after it."""
    _call("restore", file, *([since] if since else []))


def _call(command: str, *files: Path) -> None:
    settings = read_settings()
    arguments = [command, *map(str, files)]
    run_over_database(settings, _PROGRAM, arguments)
    sys.exit(asyncio.run(call_standalone(settings, _PROGRAM, arguments)))

"""The program behind `todochat backup`, `restore` and `revocations`, over DATABASE_URL."""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from chat_api.supervisor.migration import DatabaseFailure, one_line_errors
from db.backup import BackupError, back_up, export_revocations, restore
from db.revocations import Revocations
from db.settings import ConfigurationProblem, settings_of_database


def main() -> None:
    """Run the command, or exit with one line that says why not."""
    try:
        url, settings = settings_of_database("backup")
    except ConfigurationProblem as error:
        sys.exit(str(error))
    logging.basicConfig(handlers=[logging.NullHandler()])
    try:
        with one_line_errors("The database can't be used"):
            # The tools of Postgres need a session.
            _dispatch(settings.session_url or url, sys.argv[1:])
    except (BackupError, DatabaseFailure) as error:
        sys.exit(f"todochat: {error}")


def _dispatch(url: str, arguments: Sequence[str]) -> None:
    match arguments:
        case ["backup", file]:
            back_up(url, Path(file))
        case ["revocations", file]:
            export_revocations(url, Path(file))
        case ["restore", file, *further]:
            restore(url, Path(file), _read(further))
        case _:
            sys.exit("This is the program behind `todochat backup`.")


def _read(files: Sequence[str]) -> Revocations:
    if not files:
        return Revocations()
    try:
        return Revocations.from_json(Path(files[0]).read_bytes())
    except (OSError, ValueError) as error:
        raise BackupError(f"{files[0]} can't be read: {error}") from error


if __name__ == "__main__":
    main()

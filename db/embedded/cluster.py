"""The database folder: created once, and never left incomplete."""

import os
import shutil
from itertools import count
from pathlib import Path

from db.embedded.errors import EmbeddedError
from db.embedded.programs import MAJOR_VERSION, Programs

SUPERUSER = "postgres"


def ensure_cluster(folder: Path, programs: Programs) -> None:
    """Create the database folder unless it exists.

    Raises:
        EmbeddedError: It is damaged, of another version of PostgreSQL, or can't be created.
    """
    try:
        if _is_complete(folder):
            _check_version(folder)
            return
        _move_incomplete_aside(folder)
        _create(folder, programs)
    except OSError as error:
        raise EmbeddedError(
            f"The database folder {folder} can't be used: {error.strerror}."
        ) from error


def _is_complete(folder: Path) -> bool:
    return (folder / "PG_VERSION").exists() and (folder / "global" / "pg_control").exists()


def _check_version(folder: Path) -> None:
    version = (folder / "PG_VERSION").read_text().strip()
    if version != str(MAJOR_VERSION):
        raise EmbeddedError(
            f"The database folder {folder} is from PostgreSQL {version}, and this is "
            f"{MAJOR_VERSION}: upgrade it, or set TODOCHAT_DATA_DIR to another folder."
        )


def _move_incomplete_aside(folder: Path) -> None:
    if not folder.exists():
        return
    if (folder / "postmaster.opts").exists():
        raise EmbeddedError(
            f"The database folder {folder} is damaged: PG_VERSION or global/pg_control is missing. "
            "Put back a copy, or move it away to start with an empty one."
        )
    # No server ever ran on it, so it has no data: initdb was interrupted.
    aside = (folder.with_name(f"{folder.name}.incomplete-{number}") for number in count(1))
    folder.rename(next(path for path in aside if not path.exists()))


def _create(folder: Path, programs: Programs) -> None:
    new = folder.with_name(f"{folder.name}.new")
    if new.exists():
        shutil.rmtree(new)
    new.mkdir(mode=0o700)
    programs.give(new)
    programs.run(
        "initdb",
        f"--pgdata={new}",
        f"--username={SUPERUSER}",
        # Only those who may enter the folder reach the server's socket.
        "--auth=trust",
        "--encoding=UTF8",
        # The same order and case rules on every machine, whatever locales it has.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--set=timezone=UTC",
        "--set=log_timezone=UTC",
    )
    new.rename(folder)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

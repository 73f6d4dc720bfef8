"""The account that PostgreSQL runs as when this process is root, which PostgreSQL refuses."""

import os
import pwd
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from db.embedded.errors import EmbeddedError

_NAME = "pgserver"
_CREATE_ACCOUNT = ("useradd", "--system", "--shell", "/usr/sbin/nologin", _NAME)
_ATTEMPTS = 20
_RETRY_SECONDS = 0.1
_OTHERS_READ_AND_RUN = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True)
class Account:
    """Ids of a user and of the user's group."""

    user: int
    group: int


def account_for(cluster: Path) -> Account | None:
    """Return the account to run the Postgres of `cluster` as; None means that of this process.

    For root it is the owner of the folder, or the account `pgserver`, which is created if missing.

    Raises:
        EmbeddedError: The account is missing and can't be created.
    """
    if os.geteuid() != 0:
        return None
    owner = cluster.stat() if cluster.exists() else None
    if owner is None or owner.st_uid == 0:
        return _ensure_account()
    let_others_pass(cluster.parent)
    return Account(owner.st_uid, owner.st_gid)


def let_others_pass(folder: Path) -> None:
    """Let every user pass through a folder, and those above, to what is inside."""
    for path in (folder, *folder.parents):
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            path.chmod(mode | stat.S_IXOTH)


def let_others_run(programs: Path) -> None:
    """Let every user run the programs of an installation, which a strict umask prevents."""
    installation = programs.parent
    let_others_pass(installation.parent)
    mode = (programs / "postgres").stat().st_mode & installation.stat().st_mode
    if mode & _OTHERS_READ_AND_RUN != _OTHERS_READ_AND_RUN:
        for path in (installation, *installation.rglob("*")):
            path.chmod(path.stat().st_mode | _OTHERS_READ_AND_RUN)


def _ensure_account() -> Account:
    problem = ""
    for _ in range(_ATTEMPTS):
        try:
            entry = pwd.getpwnam(_NAME)
        except KeyError:
            # Another process may hold the lock of the user database, or create the same account.
            problem = _create_account()
            time.sleep(_RETRY_SECONDS if problem else 0)
        else:
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        f"Postgres does not run as root, and an account for it can't be made: {problem} "
        "Run Todochat as another user, or set DATABASE_URL."
    )


def _create_account() -> str:
    try:
        done = subprocess.run(  # noqa: S603  a constant
            _CREATE_ACCOUNT, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return f"{_CREATE_ACCOUNT[0]}: {error.strerror}."
    return "" if done.returncode == 0 else done.stderr.strip()

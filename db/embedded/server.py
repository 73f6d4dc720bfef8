"""The embedded Postgres as its users see it: there while anyone needs it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from db.embedded.account import account_for
from db.embedded.cluster import SUPERUSER, ensure_cluster
from db.embedded.errors import EmbeddedError
from db.embedded.folder import usable_folder
from db.embedded.locks import FolderLock, opened
from db.embedded.postmaster import Address, Postmaster
from db.embedded.programs import Programs

_DATABASE = "todochat"
_GATE_SECONDS = 90
_ATTEMPTS = 5
_RETRY_SECONDS = 0.1


@contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[str]:
    """Run the Postgres of `data_dir` while the block runs, and yield the URL of its database.

    Processes may share it: the first starts it, or takes over the one that a killed process left
    running, and the last one out stops it.

    Raises:
        EmbeddedError: the folder can't be used or Postgres does not start.

    """
    folder = usable_folder(data_dir)
    cluster = folder / "postgres"
    programs = Programs(account_for(cluster))
    postmaster = Postmaster(cluster, programs, log=folder / "logs" / "postgres.log")
    with opened(folder / "postgres.gate") as gate, opened(folder / "postgres.users") as users:
        with _passing(gate, folder):
            users.take(shared=True)
        try:
            with _passing(gate, folder):
                ensure_cluster(cluster, programs)
                address = _ensure_database(postmaster, programs)
            yield _url(address)
        finally:
            with _passing(gate, folder):
                if users.take():
                    postmaster.stop()
                users.release()


@contextmanager
def _passing(gate: FolderLock, folder: Path) -> Iterator[None]:
    """Start and stop one process at a time."""
    if not gate.take(seconds=_GATE_SECONDS):
        raise EmbeddedError(f"Another process keeps starting or stopping the Postgres of {folder}.")
    try:
        yield
    finally:
        gate.release()


def _ensure_database(postmaster: Postmaster, programs: Programs) -> Address:
    for _ in range(_ATTEMPTS - 1):
        address = postmaster.ensure_running()
        try:
            _create_database(programs, address)
        except EmbeddedError:
            # The server found running may have been killed a moment ago, and not be dead yet.
            time.sleep(_RETRY_SECONDS)
        else:
            return address
    address = postmaster.ensure_running()
    _create_database(programs, address)
    return address


def _create_database(programs: Programs, address: Address) -> None:
    server = (
        f"--host={address.socket_folder}",
        f"--port={address.port}",
        f"--username={SUPERUSER}",
    )
    query = f"select 1 from pg_database where datname = '{_DATABASE}'"  # noqa: S608  a constant
    found = programs.run("psql", *server, "-XtAc", query, "postgres")
    if not found.strip():
        programs.run("createdb", *server, "--template=template0", _DATABASE)


def _url(address: Address) -> str:
    # The port is named since clients would otherwise take PGPORT.
    where = f"host={quote(address.socket_folder)}&port={address.port}"
    return f"postgresql://{SUPERUSER}:@/{_DATABASE}?{where}"

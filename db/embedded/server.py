"""The embedded Postgres, which runs while any process uses it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from db.embedded.account import account_for
from db.embedded.cluster import SUPERUSER, ensure_cluster
from db.embedded.errors import EmbeddedError
from db.embedded.folder import usable_folder
from db.embedded.locks import FolderLock, folder_lock
from db.embedded.postmaster import Address, Postmaster
from db.embedded.programs import Programs

_DATABASE = "todochat"
_REVISION = (
    "select version_num from alembic_version "
    "where exists (select from pg_roles where rolname = 'todochat_web')"
)
_GATE_SECONDS = 90
_ATTEMPTS = 5
_RETRY_SECONDS = 0.1


@contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[str]:
    """Run the Postgres of `data_dir` while the block runs, and yield the URL of its database.

    Processes may share it: the first starts it, or uses the one that a killed process left
    running, and the last one stops it.

    Raises:
        EmbeddedError: The folder can't be used, or Postgres does not start.
    """
    folder = usable_folder(data_dir)
    cluster = folder / "postgres"
    programs = Programs(account_for(cluster))
    postmaster = Postmaster(cluster, programs, log=folder / "logs" / "postgres.log")
    with (
        folder_lock(folder / "postgres.gate") as gate,
        folder_lock(folder / "postgres.users") as users,
    ):
        with _locked(gate, folder):
            users.take(shared=True)
        try:
            with _locked(gate, folder):
                ensure_cluster(cluster, programs)
                address = _ensure_database(postmaster, programs)
            yield _url(address)
        finally:
            with _locked(gate, folder):
                if users.take():
                    postmaster.stop()
                users.release()


def stored_revision(data_dir: Path) -> str | None:
    """Return the revision of the schema in the Postgres of `data_dir`.

    None if it has no schema, or not the login roles of the services. The Postgres has to run.

    Raises:
        EmbeddedError: The folder can't be used.
    """
    folder = usable_folder(data_dir)
    cluster = folder / "postgres"
    programs = Programs(account_for(cluster))
    address = Postmaster(cluster, programs, log=folder / "logs" / "postgres.log").ensure_running()
    with suppress(EmbeddedError):
        return _psql(programs, address, _REVISION, _DATABASE) or None
    return None


@contextmanager
def _locked(gate: FolderLock, folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
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
            # The server that was found may have been killed just now, and not have ended yet.
            time.sleep(_RETRY_SECONDS)
        else:
            return address
    address = postmaster.ensure_running()
    _create_database(programs, address)
    return address


def _create_database(programs: Programs, address: Address) -> None:
    query = f"select 1 from pg_database where datname = '{_DATABASE}'"  # noqa: S608  a constant
    if not _psql(programs, address, query, "postgres"):
        programs.run("createdb", *_server(address), "--template=template0", _DATABASE)


def _psql(programs: Programs, address: Address, query: str, database: str) -> str:
    return programs.run("psql", *_server(address), "-XtAc", query, database).strip()


def _server(address: Address) -> tuple[str, str, str]:
    return (
        f"--host={address.socket_folder}",
        f"--port={address.port}",
        f"--username={SUPERUSER}",
    )


def _url(address: Address) -> str:
    # Without a port, clients would use PGPORT.
    where = f"host={quote(address.socket_folder)}&port={address.port}"
    return f"postgresql://{SUPERUSER}:@/{_DATABASE}?{where}"

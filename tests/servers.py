"""Other servers than the embedded one: Debian's PostgreSQL, and PgBouncer before any."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from sqlalchemy.engine import make_url

from db.embedded.account import account_for
from db.embedded.postmaster import Postmaster
from db.embedded.programs import Programs
from tests.processes import free_port

_DEBIAN = Path("/usr/lib/postgresql")
_START_SECONDS = 20
_CONFIGURATION = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = {mode}
max_client_conn = 500
default_pool_size = 40
{further}
"""


class DebianPrograms(Programs):
    """The programs of a PostgreSQL that Debian's packages installed."""

    @cached_property
    def folder(self) -> Path:
        """The folder of the oldest version that is installed."""
        folders = sorted(_DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name))
        if not folders:
            pytest.skip("Debian's PostgreSQL is not installed: apt-get install postgresql-15")
        return folders[0]


@contextmanager
def debian_postgres() -> Iterator[str]:
    """Run Debian's PostgreSQL until the block ends, and yield its URL."""
    with TemporaryDirectory() as given:
        folder = Path(given)
        cluster = folder / "postgres"
        programs = DebianPrograms(account_for(cluster))
        programs.give(folder)
        programs.run(
            "initdb",
            *(f"--pgdata={cluster}", "--username=postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
        )
        postmaster = Postmaster(cluster, programs, folder / "postgres.log")
        address = postmaster.ensure_running()
        try:
            yield f"postgresql://postgres@/postgres?host={address.socket_folder}&port={address.port}"
        finally:
            postmaster.stop()


@contextmanager
def pgbouncer(database_url: str, *further: str, mode: str = "transaction") -> Iterator[str]:
    """Run PgBouncer before a server until the block ends, and yield the URL of the database there.

    `further` are lines of its configuration.
    """
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        pytest.skip("PgBouncer is not installed: apt-get install pgbouncer")
    server = make_url(database_url)
    with TemporaryDirectory() as given:
        folder = Path(given)
        programs = Programs(account_for(Path(str(server.query["host"]))))
        programs.give(folder)
        users, settings = folder / "users.txt", folder / "pgbouncer.ini"
        users.write_text(f'"{server.username}" ""\n')
        port = free_port()
        settings.write_text(
            _CONFIGURATION.format(
                host=server.query["host"],
                port=server.query["port"],
                own_port=port,
                users=users,
                mode=mode,
                further="\n".join(further),
            )
        )
        for file in (users, settings):
            file.chmod(0o644)
        process = subprocess.Popen(
            [program, "--quiet", settings],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "pgbouncer.log").open("wb"),
            **programs.options(),
        )
        try:
            _await_listener(process, port, folder / "pgbouncer.log")
            yield f"postgresql://{server.username}@127.0.0.1:{port}/{server.database}"
        finally:
            process.terminate()
            process.wait(_START_SECONDS)


def flagged(url: str) -> str:
    """Return the URL of a pooler with what names it as one."""
    return f"{url}?pgbouncer=true"


def _await_listener(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not any(
        one.laddr.port == port and one.status == psutil.CONN_LISTEN
        for one in psutil.Process(process.pid).net_connections(kind="tcp")
    ):
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"PgBouncer does not start: {log.read_text()}")
        time.sleep(0.02)

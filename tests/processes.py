"""The services as an operator runs them: processes of their own on free ports."""

import errno
import fcntl
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO

import httpx2
import pytest

from auth.minting import mint_login_token
from tests.environment import UNLIMITED
from tests.forking import start_module
from tests.serving import NO_AUTHORITIES, listen, port_of
from tests.stack import MANY, SECRET

_PORTS = range(15_000, 32_000)
_CLAIMS = Path(tempfile.gettempdir(), "todochat-test-ports")
_claimed: list[IO[bytes]] = []
_START_SECONDS = 30
_STOP_SECONDS = 20


@dataclass(frozen=True)
class Services:
    """Where the API of the processes is."""

    url: str
    environment: dict[str, str]

    def as_user(self, user: str) -> dict[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {mint_login_token(SECRET, user, lifetime=600)}"}


def free_port() -> int:
    """A port that nobody listens at, outside of those that systems give to connections.

    It stays free until the program that gets it opens it, and between that one's end and next
    start: no connection is given it, and no other process that runs tests.
    """
    while True:
        port = random.choice(_PORTS)
        if not _claim(port):
            continue
        try:
            with listen(port) as listener:
                return port_of(listener)
        except OSError as taken:
            if taken.errno != errno.EADDRINUSE:
                raise


def _claim(port: int) -> bool:
    """Lock a port's file until this process ends, and return whether that was possible."""
    _CLAIMS.mkdir(exist_ok=True)
    file = (_CLAIMS / str(port)).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _claimed.append(file)
    return True


@contextmanager
def process(module: str, environment: dict[str, str], log: Path) -> Iterator[BaseProcess]:
    """Run `python -m module` until the block ends."""
    started = start_module(module, {**os.environ, **environment}, log)
    try:
        yield started
    finally:
        started.terminate()
        started.join(_STOP_SECONDS)
        assert started.exitcode is not None, f"{module} goes on: {log.read_text()}"


@contextmanager
def running_services(database_url: str, folder: Path, **further: str) -> Iterator[Services]:
    """Run the MCP server and the API until the block ends."""
    api_port = free_port()
    environment = {
        "DATABASE_URL": database_url,
        "TODOCHAT_DATA_DIR": str(folder / "data"),
        "BETTER_AUTH_SECRET": SECRET,
        "API_PORT": str(api_port),
        "MCP_PORT": str(free_port()),
        "CHAT_PROVIDER": "offline",
        "TURN_GRACE": "1",
        "FAILED_TOKENS_PER_MINUTE": str(MANY),
        # They share a database with tests that fire reminders themselves.
        "RUN_WORKER": "false",
        **UNLIMITED,
        **further,
    }
    url = f"http://127.0.0.1:{api_port}"
    with ExitStack() as running:
        started = [
            running.enter_context(process(module, environment, folder / f"{module}.log"))
            for module in ("mcp_server", "chat_api")
        ]
        _wait_until_ready(url, started, folder)
        yield Services(url, environment)


def _wait_until_ready(url: str, started: list[BaseProcess], folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and all(process.is_alive() for process in started):
        try:
            if httpx2.get(f"{url}/ready", verify=NO_AUTHORITIES).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    logs = "\n".join(log.read_text() for log in folder.glob("*.log"))
    pytest.fail(f"the services did not get ready:\n{logs}")


@pytest.fixture(scope="session")
def services(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The two services with the built-in model; use a user of your own."""
    ports = {"API_METRICS_PORT": str(free_port()), "MCP_METRICS_PORT": str(free_port())}
    folder = tmp_path_factory.mktemp("services")
    with running_services(database_url, folder, **ports) as running:
        yield running

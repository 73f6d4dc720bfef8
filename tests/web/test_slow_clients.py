"""Clients of the web app that are silent or slow."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from chat_api.supervisor.web_process import START_SCRIPT, find_node
from tests.processes import free_port
from tests.web.running import SECRET

_STOP_SECONDS = 20
_LIMITS = {
    "REQUEST_HEAD_SECONDS": "0.3",
    "REQUEST_BODY_SECONDS": "0.6",
    "RESPONSE_WRITE_SECONDS": "0.4",
    "IDLE_CONNECTION_SECONDS": "3",
    "MAX_CONNECTIONS": "20",
}
_BODY = b"POST /api/auth/sign-in/email HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n"
_CHUNKS = START_SCRIPT.parents[1] / ".next" / "static" / "chunks"
_HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def port(database_url: str) -> Iterator[int]:
    """The web app alone, with short deadlines."""
    port, node = free_port(), find_node()
    assert node
    variables = {
        **os.environ,
        **_LIMITS,
        "WEB_PORT": str(port),
        "DATABASE_URL": database_url,
        "BETTER_AUTH_SECRET": SECRET,
    }
    with subprocess.Popen([node, START_SCRIPT], env=variables) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.kill()
            process.wait(_STOP_SECONDS)


def _wait_for(port: int) -> None:
    for _ in range(400):
        with suppress(OSError), connected(port, _HEALTH) as connection:
            if connection.recv(12) == b"HTTP/1.1 200":
                return
        time.sleep(0.05)
    pytest.fail("The web app does not start.")


@contextmanager
def connected(port: int, sent: bytes = b"") -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(sent)
        yield connection


def all_of(connection: socket.socket) -> bytes:
    """Read until the server closes."""
    received = b""
    with suppress(ConnectionResetError):
        while data := connection.recv(65_536):
            received += data
    return received


@pytest.mark.requirement("FR-RUN-115")
@pytest.mark.parametrize(
    "sent", [b"", b"GET / HT", _BODY, _BODY + b"x"], ids=["nothing", "a part", "no body", "a byte"]
)
def test_a_request_that_does_not_come_is_given_up(port: int, sent: bytes) -> None:
    with connected(port, sent) as connection:
        began = time.monotonic()
        answer = all_of(connection)
    # Some are answered before their body was to come.
    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert time.monotonic() - began < float(_LIMITS["IDLE_CONNECTION_SECONDS"])


@pytest.mark.requirement("FR-RUN-118")
def test_a_connection_without_a_request_is_closed_later(port: int) -> None:
    with connected(port, _HEALTH) as connection:
        assert b"keep-alive: timeout=3" in all_of(connection).lower()


@pytest.mark.requirement("FR-RUN-116")
def test_who_does_not_read_the_answers_is_disconnected(port: int) -> None:
    chunk = max(_CHUNKS.glob("*.js"), key=lambda path: path.stat().st_size)
    asset = f"GET /_next/static/chunks/{chunk.name} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    requests = 40_000_000 // chunk.stat().st_size
    with connected(port, asset.encode() * requests) as connection:
        time.sleep(1.5)
        received = len(all_of(connection))
    assert 0 < received < requests * chunk.stat().st_size


@pytest.mark.requirement("FR-RUN-117")
def test_connections_are_limited(port: int) -> None:
    with ExitStack() as open_ones:
        for _ in range(20):
            connection = open_ones.enter_context(connected(port, _HEALTH))
            assert connection.recv(12) == b"HTTP/1.1 200"
        with suppress(OSError), connected(port, _HEALTH) as connection:
            assert all_of(connection) == b""

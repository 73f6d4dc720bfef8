"""Clients that are silent or slow: at the API, and at the MCP server."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from auth.connections import ConnectionSettings, LimitedConnection, connection_options
from chat_api.http_protocol import HttpProtocol
from mcp_server.middleware.header_timeout import HeaderTimeoutProtocol
from tests.serving import listen, port_of, serving

pytestmark = pytest.mark.parametrize("protocol", [HttpProtocol, HeaderTimeoutProtocol])

SHORT = ConnectionSettings(
    request_head_seconds=0.2,
    request_body_seconds=0.3,
    response_write_seconds=0.3,
    idle_connection_seconds=1,
    max_connections=3,
)
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n"


class Application:
    """Reads a body and says its length, after a while or at once, or sends without end."""

    def __init__(self) -> None:
        self.sent = 0
        self.ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.url.path == "/slow":
            await asyncio.sleep(2 * SHORT.request_body_seconds)
        if request.url.path == "/endless":
            try:
                await StreamingResponse(self._endless())(scope, receive, send)
            finally:
                self.ended.set()
            return
        with suppress(ClientDisconnect):
            length = len(await request.body())
            await PlainTextResponse(str(length))(scope, receive, send)

    async def _endless(self) -> AsyncIterator[bytes]:
        while True:
            self.sent += 1
            await asyncio.sleep(0)
            yield b"x" * 65_536


@asynccontextmanager
async def server(
    protocol: type[LimitedConnection], settings: ConnectionSettings = SHORT
) -> AsyncIterator[tuple[Application, int]]:
    application, listener = Application(), listen()
    async with serving(application, listener, **connection_options(protocol, settings)):
        yield application, port_of(listener)


@asynccontextmanager
async def connected(
    port: int, sent: bytes = b""
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(20):
            writer.write(sent)
            yield reader, writer
    finally:
        writer.close()


async def trickle(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send a byte now and then, as who keeps a server busy for nothing does."""
    with suppress(OSError):
        for byte in data:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.05)


@pytest.mark.requirement("FR-RUN-115")
async def test_a_head_that_trickles_is_given_up(protocol: type[LimitedConnection]) -> None:
    async with server(protocol) as (_, port), connected(port) as (reader, writer):
        sending = asyncio.create_task(trickle(writer, HEAD))
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        assert not sending.done()
        sending.cancel()


@pytest.mark.requirement("FR-RUN-115")
async def test_an_answer_may_take_longer_than_its_request(
    protocol: type[LimitedConnection],
) -> None:
    sent = b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
    async with server(protocol) as (_, port), connected(port, sent) as (reader, __):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


@pytest.mark.requirement("FR-RUN-115")
async def test_the_head_after_an_answered_request_has_its_time_too(
    protocol: type[LimitedConnection],
) -> None:
    first = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with server(protocol) as (_, port), connected(port, first) as (reader, writer):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        await reader.readexactly(1)
        writer.write(b"GET / HT")
        assert await reader.read() == b""


@pytest.mark.requirement("FR-RUN-118")
async def test_a_connection_without_a_request_stays_open_as_long_as_is_set(
    protocol: type[LimitedConnection],
) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with server(protocol) as (_, port), connected(port, request) as (reader, writer):
        await reader.readuntil(b"\r\n\r\n0")
        await asyncio.sleep(SHORT.idle_connection_seconds / 2)
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n0")
        assert await reader.read() == b""


@pytest.mark.requirement("FR-RUN-115")
async def test_a_body_that_trickles_is_answered_with_408(
    protocol: type[LimitedConnection],
) -> None:
    async with server(protocol) as (_, port), connected(port, HEAD) as (reader, writer):
        sending = asyncio.create_task(trickle(writer, b"x" * 500))
        answer = await reader.read()
        sending.cancel()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"request_timeout"' in answer


@pytest.mark.requirement("FR-RUN-115")
async def test_a_body_in_time_is_read(protocol: type[LimitedConnection]) -> None:
    patient = SHORT.model_copy(update={"request_body_seconds": 60})
    async with server(protocol, patient) as (_, port), connected(port, HEAD) as (reader, writer):
        # A body has more time than a head.
        await asyncio.sleep(2 * SHORT.request_head_seconds)
        writer.write(b"x" * 500)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert await reader.readexactly(3) == b"500"


@pytest.mark.requirement("FR-RUN-116")
@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="not in this kernel")
async def test_the_kernel_ends_a_connection_whose_client_has_vanished(
    protocol: type[LimitedConnection],
) -> None:
    seconds: list[float] = []

    class Watched(protocol):  # type: ignore[valid-type, misc]
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            connection = transport.get_extra_info("socket")
            option = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            seconds.append(option / 1000)

    async with (
        server(Watched) as (_, port),
        connected(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as (reader, _),
    ):
        await reader.readuntil(b"\r\n\r\n0")
    assert seconds == [SHORT.response_write_seconds]


@pytest.mark.requirement("FR-RUN-116")
async def test_who_does_not_read_the_answer_is_disconnected(
    protocol: type[LimitedConnection],
) -> None:
    async with server(protocol) as (application, port):
        client = socket.socket()
        # Little is buffered here, and what is lost at the end is nobody's.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
            await asyncio.get_running_loop().sock_sendall(
                client, b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n"
            )
            async with asyncio.timeout(20):
                await application.ended.wait()
        finally:
            client.close()
        assert application.sent


@pytest.mark.requirement("FR-RUN-117")
async def test_a_connection_too_many_is_refused_until_another_one_ends(
    protocol: type[LimitedConnection],
) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    async with server(protocol) as (_, port):
        open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for reader, writer in open_ones:
            writer.write(request)
            await reader.readuntil(b"\r\n\r\n")
        async with connected(port, request) as (reader, _):
            answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nretry-after: 5\r\n" in answer
        assert b'"code":"too_many_connections"' in answer
        for _, writer in open_ones:
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(0)
        async with connected(port, request) as (reader, _):
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")

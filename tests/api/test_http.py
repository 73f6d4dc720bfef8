"""What is read of a request before any route sees it."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from chat_api.http_protocol import HttpProtocol
from tests.serving import listen, port_of, serving

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nX-Note: one two \t \r\n"
END_OF_STREAM = b"Connection: close\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the note of the request and its body."""
    request = Request(scope, receive)
    text = f"{request.headers['x-note']}|{(await request.body()).decode()}"
    await PlainTextResponse(text)(scope, receive, send)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    listener = listen()
    async with serving(echo, listener, http=HttpProtocol):
        yield port_of(listener)


async def answer(port: int, parts: Iterable[bytes]) -> bytes:
    """Send what belongs to a request, and return all that comes back until the end."""
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        sending = asyncio.create_task(_send(writer, parts))
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            sending.cancel()
            writer.close()


async def _send(writer: asyncio.StreamWriter, parts: Iterable[bytes]) -> None:
    for part in parts:
        writer.write(part)
        await writer.drain()


@pytest.mark.requirement("FR-RUN-112")
async def test_white_space_behind_a_header_is_no_part_of_it(port: int) -> None:
    body = [HEAD, END_OF_STREAM, b"Content-Length: 3\r\n\r\n", b"abc"]
    assert (await answer(port, body)).endswith(b"one two|abc")


@pytest.mark.requirement("FR-RUN-112")
async def test_a_head_that_comes_in_small_parts_is_read(port: int) -> None:
    body = [bytes([byte]) for byte in HEAD + END_OF_STREAM + b"Content-Length: 0\r\n\r\n"]
    assert (await answer(port, body)).endswith(b"one two|")


@pytest.mark.requirement("FR-RUN-112")
async def test_a_large_body_is_no_large_head(port: int) -> None:
    size = 200 * 1024
    head = HEAD + END_OF_STREAM + f"Content-Length: {size}\r\n\r\n".encode()
    assert (await answer(port, [head, b"a" * size])).endswith(b"aaa")


@pytest.mark.requirement("FR-RUN-112")
@pytest.mark.parametrize(
    "begin",
    [
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Note: ",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Trailer: ",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;note=",
    ],
    ids=["path", "header", "trailer", "note of a chunk"],
)
async def test_what_has_no_end_is_refused(port: int, begin: bytes) -> None:
    def parts() -> Iterable[bytes]:
        yield begin
        while True:
            yield b"a" * 4096

    answered = await answer(port, parts())
    assert answered == b"" or answered.startswith(b"HTTP/1.1 400 ")

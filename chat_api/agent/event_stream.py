"""The server-sent events of a model's answer, as JSON objects."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from chat_api.agent.response_guard import IncompleteResponse

Payload = dict[str, Any]
# What stands for `[DONE]`, with which some servers end a stream.
END: Payload = {}


async def event_payloads(
    content: aiohttp.StreamReader, ended: asyncio.Event
) -> AsyncIterator[list[Payload]]:
    """Yield the events, those that came since the last time together.

    `[DONE]` comes as `END`. `ended` is set once everything has come, whatever was read of it.

    Raises:
        IncompleteResponse: The connection broke before the end.
        ValueError: An event is no JSON object.
    """
    buffer = b""
    async with _receiving(content, ended) as received:
        while await received.wait():
            payloads, buffer = _payloads(buffer + received.take())
            if payloads:
                yield payloads
                # Who has read them holds the list until the next one comes, which may take long.
                payloads.clear()


def decoded(data: bytes) -> Any:
    """Decode JSON.

    Raises:
        ValueError: It is none.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        # The standard library also reads half a surrogate pair.
        return json.loads(data)


class _Received:
    """What came of an answer, read at once: a broken connection loses nothing that had come."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._data = bytearray()
        self._changed = asyncio.Event()
        self._ended = ended
        self._error: Exception | None = None

    async def receive(self, content: aiohttp.StreamReader) -> None:
        """Read to the end."""
        try:
            async for chunk in content.iter_any():
                self._data += chunk
                # It would be held until the next one.
                del chunk
                self._changed.set()
        except (aiohttp.ClientError, ConnectionError) as error:
            self._error = error
        self._ended.set()
        self._changed.set()

    async def wait(self) -> bool:
        """Wait for something to come; return whether it did before the end.

        Raises:
            IncompleteResponse: The connection broke, and all that had come was taken.
        """
        await self._changed.wait()
        if self._error and not self._data:
            raise IncompleteResponse("the connection broke within the answer") from self._error
        return bool(self._data)

    def take(self) -> bytes:
        """Return all that came."""
        data = bytes(self._data)
        self._data.clear()
        if not self._ended.is_set():
            self._changed.clear()
        return data


@asynccontextmanager
async def _receiving(
    content: aiohttp.StreamReader, ended: asyncio.Event
) -> AsyncIterator[_Received]:
    received = _Received(ended)
    task = asyncio.create_task(received.receive(content))
    try:
        yield received
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _payloads(data: bytes) -> tuple[list[Payload], bytes]:
    """Return the events of the frames, which blank lines end, and what is not whole yet."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    *frames, rest = data.split(b"\n\n")
    return [_payload(found) for found in map(_data, frames) if found], rest


def _data(frame: bytes) -> bytes:
    lines = [line[5:] for line in frame.split(b"\n") if line.startswith(b"data:")]
    return b"\n".join(lines).strip()


def _payload(data: bytes) -> Payload:
    payload = END if data == b"[DONE]" else decoded(data)
    if not isinstance(payload, dict):
        raise ValueError("an event is no JSON object")
    return payload

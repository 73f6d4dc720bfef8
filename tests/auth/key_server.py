"""An issuer's web server, with the faults that such servers have."""

import asyncio
import json
from contextlib import suppress
from typing import Any, Self

from tests.auth.signing import Signer


class KeyServer:
    """Serves one key set on loopback, and counts how often it is asked.

    `answering` holds answers back while it is cleared, `trickling` sends them byte by byte.
    """

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b'{"keys": []}'
        self.answering = asyncio.Event()
        self.answering.set()
        self.trickling = False
        self._arrived = asyncio.Condition()
        self._port = 0
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/jwks"

    def publish(self, *keys: Signer | dict[str, Any]) -> None:
        """Serve these keys from now on."""
        members = [key.jwk() if isinstance(key, Signer) else key for key in keys]
        self.body = json.dumps({"keys": members}).encode()

    async def asked_times(self, count: int) -> None:
        """Wait until a request, counted from the start, has arrived."""
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: self.asked >= count)

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections from now on."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        async with self._arrived:
            self.asked += 1
            self._arrived.notify_all()
        await self.answering.wait()
        headers = {"content-length": str(len(self.body)), "connection": "close", **self.headers}
        lines = [f"HTTP/1.1 {self.status} X", *(f"{name}: {v}" for name, v in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        if self.trickling:
            await self._trickle(writer)
        else:
            writer.write(self.body)
        writer.close()

    async def _trickle(self, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            for byte in self.body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.1)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.answering.set()
        await self.stop()


class ManualClock:
    """A clock that goes on when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

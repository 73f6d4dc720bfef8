"""A connection to Postgres that stops before any chosen message of a client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

_SOCKET = ".s.PGSQL.5432"
_BYTES = 65536


class PausableConnection:
    """Relays between one client and Postgres; `url` is where the client connects to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.paused = asyncio.Event()
        self._resumed = asyncio.Event()
        self._left: int | None = None

    def pause_after(self, messages: int) -> None:
        """Pause once, when the client has sent so many more messages and sends the next one."""
        self.paused.clear()
        self._resumed.clear()
        self._left = messages

    def resume(self) -> None:
        """Relay all that comes."""
        self._left = None
        self._resumed.set()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay what the client sends: it waits for an answer before it sends more."""
        while data := await reader.read(_BYTES):
            if self._left == 0:
                self.paused.set()
                await self._resumed.wait()
            elif self._left is not None:
                self._left -= 1
            writer.write(data)
        writer.close()


@asynccontextmanager
async def pausable_connection(database_url: str) -> AsyncIterator[PausableConnection]:
    """Listen before a database on a Unix socket, for one client at a time."""
    url = make_url(database_url)
    socket = f"{url.query['host']}/{_SOCKET}"
    relays: set[asyncio.Task[None]] = set()
    with TemporaryDirectory() as folder:
        there = url.update_query_dict({"host": folder}).render_as_string(hide_password=False)
        pausable = PausableConnection(there)

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            back, forth = await asyncio.open_unix_connection(socket)
            relays.add(asyncio.create_task(pausable.relay(reader, forth)))
            relays.add(asyncio.create_task(_answers(back, writer)))

        server = await asyncio.start_unix_server(accept, Path(folder) / _SOCKET)
        async with server:
            yield pausable
        await asyncio.gather(*relays)


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_BYTES):
        writer.write(data)
    writer.close()

"""A network between a client and Postgres that fails in the ways that networks do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.serving import listen, port_of


class _Pipe:
    """One connection through the network; once `cut`, nothing passes and nobody learns of it."""

    def __init__(self) -> None:
        self.cut = False


class Network:
    """Passes connections on to a Unix socket; each fault lasts until `heal`."""

    def __init__(self, socket_path: Path, port: int) -> None:
        self._socket_path = socket_path
        self._pipes: set[_Pipe] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._black_hole = False
        self._server: asyncio.Server | None = None
        self.port = port
        self.latency = 0.0

    async def accept(self) -> None:
        """Take connections."""
        self._server = await asyncio.start_server(self.handle, sock=listen(self.port))

    async def refuse(self) -> None:
        """End every connection and refuse further ones until `accept`, as a stopped server does."""
        assert self._server
        self._server.close()
        await self._end_connections()

    def lose_peers(self) -> None:
        """Let what is open go dead without a word; new connections pass."""
        for pipe in self._pipes:
            pipe.cut = True

    def black_hole(self) -> None:
        """Swallow everything: what is open goes dead, and new connections get no answer."""
        self.lose_peers()
        self._black_hole = True

    def heal(self) -> None:
        """Let new connections pass at once; what went dead stays dead."""
        self._black_hole, self.latency = False, 0.0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on until either side ends it."""
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        pipe = _Pipe()
        pipe.cut = self._black_hole
        self._pipes.add(pipe)
        try:
            # Cancelled only at the end; the loop would report that as an error.
            with suppress(OSError, asyncio.CancelledError):
                await self._pass_on(pipe, reader, writer)
        finally:
            writer.close()
            self._pipes.discard(pipe)
            self._tasks.discard(task)

    async def aclose(self) -> None:
        """End every connection, and take no more."""
        if self._server:
            self._server.close()
        await self._end_connections()

    async def _end_connections(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass_on(
        self, pipe: _Pipe, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Connect to the server; an `OSError` if that is down or a connection breaks."""
        server_reader, server_writer = await asyncio.open_unix_connection(self._socket_path)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(pipe, reader, server_writer))
                group.create_task(self._pump(pipe, server_reader, writer))
        except* OSError:
            pass
        finally:
            server_writer.close()

    async def _pump(
        self, pipe: _Pipe, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(65536):
            if self.latency:
                await asyncio.sleep(self.latency)
            if not pipe.cut:
                writer.write(data)
                await writer.drain()
        if not pipe.cut:
            writer.close()


@asynccontextmanager
async def network_to(database_url: str) -> AsyncIterator[Network]:
    """Run a network to the server of a URL that names its Unix socket."""
    query = make_url(database_url).query
    with listen() as free:
        port = port_of(free)
    network = Network(Path(f"{query['host']}/.s.PGSQL.{query['port']}"), port)
    await network.accept()
    try:
        yield network
    finally:
        await network.aclose()


def through(database_url: str, *networks: Network) -> str:
    """Return the URL of the same database through networks, each to a server of its own."""
    url = make_url(database_url)
    hosts = ",".join(f"127.0.0.1:{network.port}" for network in networks)
    return f"postgresql://{url.username}@{hosts}/{url.database}"

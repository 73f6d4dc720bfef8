"""A server that leaves its place to other replicas without losing a request.

A proxy in front tries the next replica where a connection is refused, whatever the request is. Of
one that it has sent it can't know whether it was carried out, and so it gives up. Thus a replica
that stops must first refuse connections, and then answer all that was sent before.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from ctypes import addressof, create_string_buffer
from types import FrameType
from typing import Any

import uvicorn

# A request that was on its way has come by then.
_ARRIVAL_SECONDS = 2.0
# It has begun to be answered by then, unless its answer takes its time.
_ANSWER_SECONDS = 5.0
_LOOK_SECONDS = 0.01
# Handshakes that have begun end within it, where replicas and proxy are near each other.
_HANDSHAKE_SECONDS = 0.01
_SO_ATTACH_FILTER = 26
# A program of the kernel's packet filter: drop what has the flag SYN without ACK, pass all else.
_DROP_SYN = (
    (0x30, 0, 0, 13),  # load the flags of the TCP header
    (0x54, 0, 0, 0x12),  # keep SYN and ACK of them
    (0x15, 0, 1, 0x02),  # go on if that is SYN alone, else skip one step
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # pass
)
# What the event loop has begun with an accepted connection ends within so many of its rounds.
_ROUNDS = 3


class HandoverServer(uvicorn.Server):
    """Refuses connections from a signal on, and answers what came before; a second ends it at once.

    `finish` is what is then to be done before it closes its connections.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._handover: Future[None] | None = None

    async def finish(self) -> None:
        """Wait for what is not bound to a request."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Store the event loop, which signal handlers hand their work to."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Hand over on the first signal; exit at once on the second."""
        if self._loop is None or not self.started or self._handover:
            super().handle_exit(sig, frame)
        else:
            self._handover = asyncio.run_coroutine_threadsafe(self._hand_over(), self._loop)

    async def _hand_over(self) -> None:
        try:
            await self._refuse_connections()
            await self._settle()
            await self.finish()
        finally:
            # Passed on to uvicorn, the signal would be raised again at exit, which then looks like
            # a crash.
            self.should_exit = True

    async def _refuse_connections(self) -> None:
        """Stop listening, and serve every connection that the kernel has accepted."""
        loop = asyncio.get_running_loop()
        listening = [one for server in self.servers for one in server.sockets]
        # While these are open, closing the others resets no connection.
        copies = [socket.socket(fileno=os.dup(one.fileno())) for one in listening]
        for copy in copies:
            _ignore_new_connections(copy)
        await asyncio.sleep(_HANDSHAKE_SECONDS)
        for one in listening:
            loop.remove_reader(one.fileno())
        await _rounds()
        for server in self.servers:
            server.close()
        await _rounds()
        waiting: list[socket.socket] = []
        for copy in copies:
            waiting.extend(_accepted(copy))
            copy.close()
        for connection in waiting:
            await loop.connect_accepted_socket(self._protocol, connection)

    async def _settle(self) -> None:
        """Wait until each request is being answered; its connection closes with the answer."""
        clock = asyncio.get_running_loop().time
        began = clock()
        connections: set[Any] = self.server_state.connections
        while waited_for := [one for one in connections if _is_pending(one, clock() - began)]:
            for connection in waited_for:
                if connection.cycle is not None:
                    connection.shutdown()
            await asyncio.sleep(_LOOK_SECONDS)
        for connection in tuple(connections):
            connection.shutdown()

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def _is_pending(connection: Any, seconds: float) -> bool:
    """Whether to wait for an answer to begin, or for the first request."""
    if connection.cycle is None:
        return seconds < _ARRIVAL_SECONDS
    return not connection.cycle.response_started and seconds < _ANSWER_SECONDS


def _accepted(listener: socket.socket) -> Iterator[socket.socket]:
    listener.setblocking(False)
    while True:
        try:
            connection, _ = listener.accept()
        except BlockingIOError:
            return
        yield connection


def _ignore_new_connections(listener: socket.socket) -> None:
    """Let Linux drop requests for a connection, so that none is accepted after the last look.

    Their clients repeat them after a second, and are refused then.
    """
    program = create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in _DROP_SYN))
    with suppress(OSError):
        filter_program = struct.pack("HP", len(_DROP_SYN), addressof(program))
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, filter_program)


async def _rounds() -> None:
    for _ in range(_ROUNDS):
        await asyncio.sleep(0)

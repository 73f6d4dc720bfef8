"""What a connection may cost before anybody knows whose it is: deadlines, and how many there are.

Without them a server waits as long as a client likes, and each such client holds a socket.
"""

import asyncio
import socket
from typing import Any, TypeVar

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_TIMED_OUT = (
    b'{"type":"about:blank","title":"Request Timeout","status":408,'
    b'"detail":"The request took too long to arrive.","code":"request_timeout"}'
)
_TOO_MANY = (
    b'{"type":"about:blank","title":"Service Unavailable","status":503,'
    b'"detail":"Too many connections are open; try again in a moment.",'
    b'"code":"too_many_connections"}'
)


# A connection that is closed while its client sends is reset, and what was answered may be lost.
_LINGER_SECONDS = 1.0


class ConnectionSettings(BaseSettings):
    """Environment of a process that listens."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    request_head_seconds: float = Field(
        10, gt=0, description="Seconds that a client may take to send the head of a request"
    )
    request_body_seconds: float = Field(
        30, gt=0, description="Seconds that a client may take to send the body of a request"
    )
    response_write_seconds: float = Field(
        30, gt=0, description="Seconds that a client may leave an answer unread"
    )
    idle_connection_seconds: int = Field(
        75, ge=1, description="Seconds that a connection stays open without a request"
    )
    max_connections: int = Field(
        1000, ge=1, description="Connections that a process has open; further ones are refused"
    )


class LimitedConnection(asyncio.Protocol):
    """Deadlines for a protocol of uvicorn, which is the next base class.

    A connection is closed whose head does not come in time, or whose client leaves the answer
    unread; a body that does not come is answered with 408. uvicorn itself closes idle connections.
    """

    head_seconds = 10.0
    body_seconds = 30.0
    write_seconds = 30.0
    most_connections = 1000

    # What the protocols of uvicorn have.
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    connections: set[Any]
    cycle: Any
    flow: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take the options of uvicorn's protocol."""
        super().__init__(*args, **options)
        self._awaited: str | None = None
        self._refused = False
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a head, unless there are too many connections."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            self._refuse(503, b"Service Unavailable", _TOO_MANY, b"retry-after: 5\r\n")
            self.transport.close()
            return
        _end_when_vanished(transport.get_extra_info("socket"), self.write_seconds)
        self._await("head")

    def data_received(self, data: bytes) -> None:
        """Wait for what is missing of the request, from its first byte on."""
        if self._refused or self.transport.is_closing():
            return
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._await("head")
        else:
            self._await("body" if self.cycle.more_body else None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._await(None)
        self._stop_writing_timer()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Give the client its time to read."""
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(self.write_seconds, self._give_up_writing)

    def resume_writing(self) -> None:
        """Stop that timer."""
        self._stop_writing_timer()
        super().resume_writing()

    def _await(self, part: str | None) -> None:
        if part == self._awaited:
            return
        if self._reading is not None:
            self._reading.cancel()
        self._awaited = part
        seconds = self.head_seconds if part == "head" else self.body_seconds
        self._reading = self.loop.call_later(seconds, self._give_up_reading) if part else None

    def _give_up_reading(self) -> None:
        awaited, self._awaited, self._reading = self._awaited, None, None
        serving = self.cycle is not None and not self.cycle.response_complete
        if self.transport.is_closing() or (serving and awaited == "head"):
            return
        if serving and self.flow.read_paused:
            # The client sends faster than the body is read.
            self._await(awaited)
        elif serving and not self.cycle.response_started:
            self._refuse(408, b"Request Timeout", _TIMED_OUT)
            # For the application the client is gone.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self.transport.write_eof()
            self._reading = self.loop.call_later(_LINGER_SECONDS, self.transport.close)
        else:
            self.transport.close()

    def _refuse(self, status: int, phrase: bytes, body: bytes, header: bytes = b"") -> None:
        self.transport.write(
            b"HTTP/1.1 %d %b\r\ncontent-type: application/problem+json\r\n%b"
            b"content-length: %d\r\nconnection: close\r\n\r\n%b"
            % (status, phrase, header, len(body), body)
        )
        self._refused = True

    def _give_up_writing(self) -> None:
        self._writing = None
        # Closing would wait until all is sent.
        self.transport.abort()

    def _stop_writing_timer(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None


Protocol = TypeVar("Protocol", bound=LimitedConnection)


def connection_options(protocol: type[Protocol], settings: ConnectionSettings) -> dict[str, Any]:
    """Return the options of `uvicorn.Config` that hold the limits of the settings."""
    return {
        "http": _limited(protocol, settings),
        # Longer than proxies keep theirs (nginx 60 s, most balancers as long): of a connection
        # that both ends may close, requests are lost that cross with its end.
        "timeout_keep_alive": settings.idle_connection_seconds,
        # The applications read the headers of the proxies that are trusted.
        "proxy_headers": False,
    }


def _limited(protocol: type[Protocol], settings: ConnectionSettings) -> type[Protocol]:
    limits = {
        "head_seconds": settings.request_head_seconds,
        "body_seconds": settings.request_body_seconds,
        "write_seconds": settings.response_write_seconds,
        "most_connections": settings.max_connections,
    }
    return type(protocol.__name__, (protocol,), limits)


def _end_when_vanished(connection: socket.socket | None, seconds: float) -> None:
    """Have the kernel end a connection whose client acknowledges nothing, where it can."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if connection is not None and option and connection.family != socket.AF_UNIX:
        connection.setsockopt(socket.IPPROTO_TCP, option, int(seconds * 1000))

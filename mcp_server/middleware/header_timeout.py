"""Connections that say nothing, or say it too slowly, are closed.

The server waits for a request's head as long as a client likes; each such client costs a socket.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_HEAD_SECONDS = 10.0


class PatientProtocol(H11Protocol):
    """HTTP/1.1 for clients that send the head of a request within ten seconds."""

    head_seconds = _HEAD_SECONDS

    def __init__(self, *args: Any, **options: Any) -> None:
        """Pass everything on."""
        super().__init__(*args, **options)
        self._too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request's head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Go on waiting unless the head is there; silence between requests has a limit already."""
        super().data_received(data)
        if self._serving():
            self._stop_waiting()
        elif self._too_late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _serving(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._too_late = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def _give_up(self) -> None:
        self._too_late = None
        if not self._serving() and not self.transport.is_closing():
            self.transport.close()

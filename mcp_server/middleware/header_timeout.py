"""A timeout for the head of a request.

Without it the server waits as long as a client likes, and each such client holds a socket.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_HEAD_SECONDS = 10.0


class HeaderTimeoutProtocol(H11Protocol):
    """HTTP/1.1 that closes a connection whose request head takes over ten seconds."""

    head_seconds = _HEAD_SECONDS

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take the options of uvicorn's protocol."""
        super().__init__(*args, **options)
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timer."""
        super().connection_made(transport)
        self._start_timer()

    def data_received(self, data: bytes) -> None:
        """Stop the timer once the head is complete; uvicorn limits idle connections itself."""
        super().data_received(data)
        if self._serving():
            self._stop_timer()
        elif self._timer is None:
            self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        self._stop_timer()
        super().connection_lost(exc)

    def _serving(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self._timer = None
        if not self._serving() and not self.transport.is_closing():
            self.transport.close()

"""HTTP/1.1 as the API reads it: with the compiled parser of httptools, within limits."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from auth.connections import LimitedConnection

_MAX_UNPARSED = 64 * 1024
_TOO_LARGE = "The head of the request is over 64 KiB."


class HttpProtocol(LimitedConnection, HttpToolsProtocol):
    """Holds requests to what uvicorn's other protocol does.

    A head of any length would be read into memory, and so would trailers; both have 64 KiB. White
    space behind a header's value is no part of it (RFC 9110, 5.5).
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take the options of uvicorn's protocol."""
        super().__init__(*args, **options)
        self._unparsed = 0

    def data_received(self, data: bytes) -> None:
        """Parse what arrived, and refuse a head or trailers that have no end."""
        self._unparsed += len(data)
        super().data_received(data)
        if self._unparsed > _MAX_UNPARSED and not self.transport.is_closing():
            self.send_400_response(_TOO_LARGE)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header to those of the request."""
        super().on_header(name, value.rstrip(b" \t"))

    def on_headers_complete(self) -> None:
        """Begin with the request."""
        self._unparsed = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Add to the body of the request, which has a limit of its own."""
        self._unparsed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        self._unparsed = 0
        super().on_message_complete()

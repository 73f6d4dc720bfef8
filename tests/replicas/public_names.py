"""A client that finds the public names of an installation at this machine."""

import ssl
from pathlib import Path

import httpx2


class PublicNames(httpx2.AsyncHTTPTransport):
    """Connects to the loopback whatever the name is, and checks the certificate for the name."""

    def __init__(self, certificate: Path) -> None:
        super().__init__(
            verify=ssl.create_default_context(cafile=certificate),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request under the name that it has."""
        here = httpx2.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1"),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return await super().handle_async_request(here)

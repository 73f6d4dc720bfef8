"""An MCP client that others wrote: `python -m tests.web.browser.connect URL`.

It prints the address that its user has to visit and, let in by them, the text of `list_tasks`, or
that it was sent away.
"""

import asyncio
import logging
import sys
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.auth.exceptions import OAuthFlowError
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from tests.serving import listen, port_of
from tests.web.assistant import Memory

_ANSWER = (
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n<h1>Back again</h1>"
)


class Callback:
    """Where the browser comes back to."""

    def __init__(self) -> None:
        self._listener = listen()
        self._came: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.url = f"http://127.0.0.1:{port_of(self._listener)}/callback"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._answer, sock=self._listener)

    async def returned(self) -> AuthorizationCodeResult:
        """Wait for the browser, and return what it was sent back with."""
        given = {name: values[0] for name, values in parse_qs(await self._came).items()}
        return AuthorizationCodeResult(
            code=given.get("code", ""), state=given.get("state"), iss=given.get("iss")
        )

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readline()).split()[1].decode()
        writer.write(_ANSWER)
        await writer.drain()
        writer.close()
        if target.startswith("/callback") and not self._came.done():
            self._came.set_result(urlsplit(target).query)


async def main(url: str) -> None:
    callback = Callback()
    await callback.start()
    metadata = OAuthClientMetadata(
        client_name="Desk assistant",
        redirect_uris=[AnyUrl(callback.url)],
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="none",
    )
    oauth = OAuthClientProvider(url, metadata, Memory(), _show, callback.returned)
    try:
        async with (
            httpx2.AsyncClient(auth=oauth, timeout=60) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            answer = await client.call_tool("list_tasks", {})
    except* OAuthFlowError:
        _say("sent away")
    else:
        _say(" ".join(getattr(part, "text", "") for part in answer.content).replace("\n", " "))


async def _show(address: str) -> None:
    _say(address)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # A refusal is told by what is printed.
    logging.basicConfig(level=logging.CRITICAL)
    asyncio.run(main(sys.argv[1]))

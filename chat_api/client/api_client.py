"""The requests of one user: REST, and chat turns over server-sent events."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote

import httpx2

from auth.authorities import trusted_tls
from chat_api.client.errors import InvalidAccess, ServerUnreachable
from chat_api.client.responses import json_object, refusal, turn_events
from chat_api.events import TurnEvent

_CONNECT_SECONDS = 5
# Three heartbeats of the server may get lost.
_SILENCE_SECONDS = 50


class ApiClient:
    """The API at `url` as `user` reaches it; its connections live while it is entered.

    Raises:
        InvalidAccess: The token has characters that no token has.
    """

    def __init__(self, url: str, user: str, token: str) -> None:
        if not (token.isascii() and token.isprintable()):
            raise InvalidAccess("This is no token: it has characters that none can have.")
        self.url = base_url(url)
        self.user = user
        self._token = token
        self._http: httpx2.AsyncClient

    async def __aenter__(self) -> Self:
        with transport_errors(self.url):
            self._http = httpx2.AsyncClient(
                base_url=f"{self.url}/api/{quote(self.user, safe='')}",
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=httpx2.Timeout(_CONNECT_SECONDS, read=_SILENCE_SECONDS),
                verify=trusted_tls(),
                # The environment's proxies can't reach a server on this machine.
                trust_env=not is_local(self.url),
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def request(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Send a request and return the JSON object of its response.

        Raises:
            ServerUnreachable: There is no response.
            RequestRefused: The response has an error status.
            InvalidResponse: The response is no JSON object.
        """
        with transport_errors(self.url):
            response = await self._http.request(method, path, **options)
        if response.is_error:
            raise refusal(response)
        return json_object(response)

    async def send_message(
        self, message: str, *, conversation_id: str | None = None, timezone: str | None = None
    ) -> AsyncGenerator[TurnEvent, None]:
        """Yield the events of the turn that answers `message`, as they come.

        Raises:
            ServerUnreachable: There is no response, or it broke off.
            RequestRefused: The API takes no such message.
            InvalidResponse: The stream ended before the turn did, or an event can't be read.
        """
        body = {
            # Bytes of a command line that are no UTF-8 are surrogates, which JSON can't carry.
            "message": message.encode(errors="replace").decode(),
            "conversation_id": conversation_id,
            "timezone": timezone,
        }
        given = {name: value for name, value in body.items() if value is not None}
        accept = {"Accept": "text/event-stream"}
        with transport_errors(self.url):
            async with self._http.stream("POST", "/chat", json=given, headers=accept) as response:
                if response.status_code != httpx2.codes.OK:
                    await response.aread()
                    raise refusal(response)
                async for event in turn_events(response):
                    yield event


def base_url(url: str) -> str:
    """Return the address of a server as people write it, with its scheme and without a slash."""
    return (url if "://" in url else f"http://{url}").rstrip("/")


@contextmanager
def transport_errors(url: str) -> Iterator[None]:
    """Raise errors of the HTTP library as our own."""
    try:
        yield
    except httpx2.ConnectError as error:
        raise ServerUnreachable(
            f"Nothing answers at {url}: is it running? `todochat up` starts it."
        ) from error
    except httpx2.TimeoutException as error:
        raise ServerUnreachable("The server has gone silent.") from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
        raise InvalidAccess(f"{url} is no address of a server: {error}") from error
    except httpx2.HTTPError as error:
        raise ServerUnreachable("The connection broke before the response was whole.") from error


def is_local(url: str) -> bool:
    """Whether the server is on this machine."""
    host = httpx2.URL(url).host
    return host in {"localhost", "::1"} or host.startswith("127.")

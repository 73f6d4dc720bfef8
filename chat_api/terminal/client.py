"""Sending a message and reading the events of its turn."""

from collections.abc import Generator
from urllib.parse import quote

import httpx2

from chat_api.events import LastEvent, TurnEvent
from chat_api.terminal.errors import ChatError
from chat_api.terminal.refusals import explain
from chat_api.terminal.sent_events import read_event
from chat_api.terminal.zone import local_zone

_CONNECT_SECONDS = 5
# Three heartbeats of the server may get lost.
_SILENCE_SECONDS = 50


class ChatClient:
    """One user's conversations with the API at `url`.

    Raises:
        ChatError: the token can't be one.

    """

    def __init__(self, url: str, user: str, token: str) -> None:
        self._url = (url if "://" in url else f"http://{url}").rstrip("/")
        self._user = user
        if not (token.isascii() and token.isprintable()):
            raise ChatError("This is no token: it has characters that none can have.")
        self._token = token

    def send(self, message: str, conversation_id: str | None) -> Generator[TurnEvent, None, None]:
        """Yield the events of the turn that answers `message`, as they come.

        Raises:
            ChatError: there was no answer, a refusal, or an end before the turn's.

        """
        try:
            yield from self._send(message, conversation_id)
        except httpx2.ConnectError as error:
            raise ChatError(
                f"Nothing answers at {self._url}: is it running? `todochat up` starts it."
            ) from error
        except httpx2.TimeoutException as error:
            raise ChatError("The server has gone silent.") from error
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise ChatError(f"{self._url} is no address of a server: {error}") from error
        except httpx2.HTTPError as error:
            raise ChatError("The connection broke before the reply was whole.") from error

    def _send(self, message: str, conversation_id: str | None) -> Generator[TurnEvent, None, None]:
        with (
            httpx2.Client(
                timeout=httpx2.Timeout(_CONNECT_SECONDS, read=_SILENCE_SECONDS),
                # The environment's proxies can't reach a server on this machine.
                trust_env=not is_local(self._url),
            ) as http,
            http.stream(
                "POST",
                f"{self._url}/api/{quote(self._user, safe='')}/chat",
                json=_body(message, conversation_id),
                headers={
                    "Accept": "text/event-stream",
                    "Authorization": f"Bearer {self._token}",
                },
            ) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                response.read()
                raise ChatError(explain(response, self._user))
            yield from _whole(httpx2.EventSource(response))


def is_local(url: str) -> bool:
    """Whether the server is on this machine, where no proxy leads."""
    host = httpx2.URL(url).host
    return host in {"localhost", "::1"} or host.startswith("127.")


def _body(message: str, conversation_id: str | None) -> dict[str, str]:
    # Bytes of a command line that are no UTF-8 arrive as surrogates, which no request can carry.
    body = {"message": message.encode(errors="replace").decode()}
    if conversation_id:
        body["conversation_id"] = conversation_id
    if zone := local_zone():
        body["timezone"] = zone
    return body


def _whole(source: httpx2.EventSource) -> Generator[TurnEvent, None, None]:
    for sent in source:
        event = read_event(sent)
        if event is None:
            continue
        yield event
        if isinstance(event, LastEvent):
            return
    raise ChatError("The connection ended before the reply was whole.")

"""The service that is judged, as its users reach it: REST, and turns over server-sent events."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2

from chat_api.events import LastEvent, TurnEvent
from chat_api.replay.transcript import Row
from chat_api.terminal.client import is_local
from chat_api.terminal.errors import ChatError
from chat_api.terminal.refusals import explain
from chat_api.terminal.sent_events import read_event

_CONNECT_SECONDS = 5
# Three heartbeats of the server may get lost.
_SILENCE_SECONDS = 50
_PAGE = 100
_NOBODY = "replay-nobody"


@dataclass(frozen=True)
class Service:
    """Where the API is, and how a user logs in."""

    url: str
    token: Callable[[str], str]

    async def check(self) -> None:
        """Make sure that something answers there, and takes our tokens.

        Raises:
            ChatError: it does not.

        """
        try:
            async with self.as_user(_NOBODY) as visitor:
                await visitor.tasks()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ChatError(f"Nothing answers at {self.url}: {error}") from error

    @asynccontextmanager
    async def as_user(self, user: str) -> AsyncIterator["ApiUser"]:
        """Log a user in."""
        async with httpx2.AsyncClient(
            base_url=f"{self.url.rstrip('/')}/api/{quote(user, safe='')}",
            headers={"Authorization": f"Bearer {self.token(user)}"},
            timeout=httpx2.Timeout(_CONNECT_SECONDS, read=_SILENCE_SECONDS),
            # The environment's proxies can't reach a server on this machine.
            trust_env=not is_local(self.url),
        ) as http:
            yield ApiUser(user, http)


class Refused(Exception):
    """The service takes no such message; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ApiUser:
    """A user who is logged in."""

    name: str
    _http: httpx2.AsyncClient

    async def add_tasks(self, tasks: Sequence[Row]) -> None:
        """Put tasks on the list; those that are completed are ticked off as well.

        Raises:
            ChatError: the service refuses.

        """
        for task in tasks:
            new = {name: value for name, value in task.items() if name != "completed"}
            added = await self._asked("POST", "/tasks", json=new)
            if task.get("completed"):
                await self._asked("PATCH", f"/tasks/{added['id']}/complete")

    async def tasks(self) -> list[Row]:
        """Return all tasks, by their numbers.

        Raises:
            ChatError: the service refuses.

        """
        rows: list[Row] = []
        page: dict[str, Any] = {"next_cursor": ""}
        while page["next_cursor"] is not None:
            after = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
            page = await self._asked("GET", "/tasks", params={"limit": _PAGE, **after})
            rows += page["tasks"]
        return sorted(rows, key=lambda row: int(row["id"]))

    async def say(
        self, message: str, zone: str, conversation_id: str | None
    ) -> AsyncIterator[TurnEvent]:
        """Yield the events of the turn that answers a message.

        Raises:
            Refused: the service takes no such message.
            ChatError: the stream ended before the turn did.

        """
        body = {"message": message, "timezone": zone, "conversation_id": conversation_id}
        stream = self._http.stream(
            "POST", "/chat", json=body, headers={"Accept": "text/event-stream"}
        )
        async with stream as response:
            if response.status_code != httpx2.codes.OK:
                await response.aread()
                raise Refused(_code(response))
            async for sent in httpx2.EventSource(response):
                event = read_event(sent)
                if event is not None:
                    yield event
                if isinstance(event, LastEvent):
                    return
        raise ChatError("The connection ended before the reply was whole.")

    async def _asked(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        response = await self._http.request(method, path, **more)
        if response.is_error:
            raise ChatError(explain(response, self.name))
        answer: dict[str, Any] = response.json()
        return answer


def _code(response: httpx2.Response) -> str:
    """Return the stable code of a problem document (RFC 9457), or the status."""
    try:
        return str(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        return str(response.status_code)

"""A user's client program: its requests and its streams."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx2

from auth.minting import mint_login_token
from tests.stack import SECRET

LAST = ("turn.finished", "turn.failed", "turn.cancelled")
_LOOK_SECONDS = 0.02


class Address(Protocol):
    """A replica of the API, or what stands in front of several."""

    @property
    def url(self) -> str: ...


class Refused(AssertionError):
    """A stream that was not opened: the answer had another status than 200."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__(f"{answer.status_code}: {answer.text}")
        self.status = answer.status_code
        self.code = answer.json()["code"]


@dataclass(frozen=True)
class Event:
    """One event of a stream; `id` is its number."""

    id: int
    type: str
    data: dict[str, Any]


class Stream:
    """A stream of events as it arrives."""

    def __init__(self, answer: httpx2.Response) -> None:
        self._events = _read(answer)
        self.seen: list[Event] = []

    async def until(self, position: int) -> Event:
        """Read until so many events were seen, and return the last of them."""
        async for event in self._events:
            self.seen.append(event)
            if len(self.seen) >= position:
                break
        return self.seen[-1]

    async def until_type(self, kind: str) -> Event:
        """Read until an event of that type."""
        async for event in self._events:
            self.seen.append(event)
            if event.type == kind:
                return event
        raise AssertionError(f"no {kind} came")

    async def rest(self) -> list[Event]:
        """Read to the end, which a fault may bring early, and return all that was seen."""
        with suppress(httpx2.TransportError):
            async for event in self._events:
                self.seen.append(event)
        return self.seen


class Person:
    """One user, whom no other test knows."""

    def __init__(self, client: httpx2.AsyncClient, user: str | None = None) -> None:
        self.user = user or f"user-{uuid4().hex[:12]}"
        self._client = client
        self.headers = {
            "Authorization": f"Bearer {mint_login_token(SECRET, self.user, lifetime=3600)}"
        }

    async def request(
        self, replica: Address, method: str, path: str, **given: Any
    ) -> httpx2.Response:
        """Send one request; `path` is below the user's own."""
        headers = {**self.headers, **given.pop("headers", {})}
        url = f"{replica.url}/api/{self.user}/{path}"
        return await self._client.request(method, url, headers=headers, **given)

    async def get(self, replica: Address, path: str) -> Any:
        """Read something, again and again while the service says "not now"."""
        answer = await self.request(replica, "GET", path)
        async with asyncio.timeout(30):
            while answer.status_code == 503:
                await asyncio.sleep(_LOOK_SECONDS)
                answer = await self.request(replica, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def say(
        self, replica: Address, message: str, *, key: str | None = None, **body: Any
    ) -> httpx2.Response:
        """Send a message and wait for the end of the turn."""
        headers = {"Accept": "application/json"} | ({"Idempotency-Key": key} if key else {})
        body = {"message": message, **body}
        return await self.request(replica, "POST", "chat", json=body, headers=headers)

    @asynccontextmanager
    async def chatting(
        self, replica: Address, message: str, *, key: str | None = None, **body: Any
    ) -> AsyncIterator[Stream]:
        """Send a message and listen; leaving the block hangs up."""
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        given = {"json": {"message": message, **body}, "headers": headers}
        async with self._streamed(replica, "POST", "chat", **given) as answer:
            yield Stream(answer)

    def tasks_changing(self, replica: Address) -> AbstractAsyncContextManager[httpx2.Response]:
        """Follow the changes of the tasks."""
        return self._streamed(replica, "GET", "tasks/events", headers=self.headers)

    @asynccontextmanager
    async def following(
        self, replica: Address, turn: str, *, after: int = 0
    ) -> AsyncIterator[Stream]:
        """Listen to a turn from event number `after` on."""
        headers = self.headers | ({"Last-Event-ID": str(after)} if after else {})
        path = f"turns/{turn}/events"
        async with self._streamed(replica, "GET", path, headers=headers) as answer:
            yield Stream(answer)

    @asynccontextmanager
    async def _streamed(
        self, replica: Address, method: str, path: str, **given: Any
    ) -> AsyncIterator[httpx2.Response]:
        url = f"{replica.url}/api/{self.user}/{path}"
        async with self._client.stream(method, url, **given) as answer:
            if answer.status_code != 200:
                await answer.aread()
                raise Refused(answer)
            yield answer

    async def followed(self, replica: Address, turn: str, *, after: int = 0) -> list[Event]:
        """Return a turn's events behind number `after`, once it has ended."""
        async with self.following(replica, turn, after=after) as stream:
            return await stream.rest()

    async def ended(self, replica: Address, turn: str, *, within: float) -> dict[str, Any]:
        """Wait for the end of a turn, at most so many seconds."""
        async with asyncio.timeout(within):
            state: dict[str, Any] = await self.get(replica, f"turns/{UUID(turn)}")
            while state["status"] == "running":
                await asyncio.sleep(_LOOK_SECONDS)
                state = await self.get(replica, f"turns/{turn}")
        return state


async def _read(answer: httpx2.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}

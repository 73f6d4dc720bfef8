"""The load: clients that each send the next request when the last one has ended."""

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

_CODE = re.compile(rb'"code": ?"(\w+)"')
_TIMEOUT = aiohttp.ClientTimeout(total=120)


@dataclass(frozen=True)
class Request:
    """What one client sends."""

    url: str
    headers: dict[str, str]
    body: bytes | None = None
    method: str = "POST"


@dataclass(frozen=True)
class Target:
    """A route under load.

    Attributes:
        request: The request of a client with a number, its n-th one.
        first: What the response shows with its first token; empty for its first byte.
        whole: What a complete response holds.
    """

    request: Callable[[int, int], Request]
    first: bytes = b""
    whole: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Response:
    """A complete response; times are in seconds since the request."""

    client: int
    first: float
    total: float


@dataclass
class Load:
    """What came of a load; errors are counted by what was answered instead."""

    responses: list[Response] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    wall: float = 0.0

    @property
    def rate(self) -> float:
        """Complete responses a second."""
        return len(self.responses) / self.wall if self.wall else 0.0


async def load(
    target: Target, *, at_once: int = 1, requests: int | None = None, seconds: float = 60.0
) -> Load:
    """Run so many clients until all requests are sent, or the time is over.

    What has begun by then is waited for.
    """
    result = Load()
    numbers = iter(range(requests)) if requests else itertools.count()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT) as session:
        began = time.perf_counter()
        deadline = began + seconds

        async def client(number: int) -> None:
            for sent in itertools.count():
                if time.perf_counter() > deadline or next(numbers, None) is None:
                    return
                await _exchange(session, target, result, number, sent)

        await asyncio.gather(*map(client, range(at_once)))
        result.wall = time.perf_counter() - began
    return result


def _fault(body: bytes) -> str:
    """Return the code of the error that an incomplete response tells of, if it tells of one."""
    found = _CODE.search(body)
    return found[1].decode() if found else "incomplete"


async def _exchange(
    session: aiohttp.ClientSession, target: Target, result: Load, client: int, sent: int
) -> None:
    """Send one request, and note how it was answered."""
    request = target.request(client, sent)
    began, first, body = time.perf_counter(), 0.0, b""
    try:
        async with session.request(
            request.method, request.url, headers=request.headers, data=request.body
        ) as response:
            async for piece in response.content.iter_any():
                body += piece
                if not first and target.first in body:
                    first = time.perf_counter() - began
    except (aiohttp.ClientError, TimeoutError) as error:
        result.errors[type(error).__name__] += 1
        return
    if response.status >= 300:
        result.errors[str(response.status)] += 1
    elif not all(part in body for part in target.whole):
        result.errors[_fault(body)] += 1
    else:
        result.responses.append(Response(client, first, time.perf_counter() - began))

"""Requests of one token that come at once begin one after the other, while others have some too.

So whoever sends a hundred at once is worked on beside the others instead of before them. What a
user may do in a minute is decided elsewhere.
"""

import asyncio
import time
from collections.abc import Callable
from hashlib import blake2b

from starlette.types import ASGIApp, Receive, Scope, Send

from chat_api.problems import problem

# So many seconds' requests begin at once: a page asks for several things when it is opened.
_AT_ONCE_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 1
# A token is alone, and waits for nobody, when no other has sent anything for so long.
_ALONE_SECONDS = 1.0
_SWEEP_ABOVE = 10_000


class Pacing:
    """Middleware that lets so many requests of a token begin in a second, and further ones wait.

    One that would wait for longer than a second is refused. A token that nobody shares the process
    with is not held back. `now` counts seconds from anywhere.
    """

    def __init__(
        self, app: ASGIApp, per_second: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._seconds = 1 / per_second
        self._now = now
        # By token: until when its requests would take, one after the other.
        self._taken: dict[bytes, float] = {}
        # Of the newest request the token and the time, and of the newest one of another token.
        self._newest: tuple[bytes, float] = (b"", float("-inf"))
        self._other_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when its time has come."""
        wait = self._wait(scope) if scope["type"] == "http" else 0
        if wait > _LONGEST_WAIT_SECONDS:
            refusal = problem(
                429,
                "rate_limited",
                "Too many requests at once; try again in a second.",
                headers={"Retry-After": str(_LONGEST_WAIT_SECONDS)},
            )
            await refusal(scope, receive, send)
            return
        if wait > 0:
            await asyncio.sleep(wait)
        await self._app(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        """Return how many seconds the request has to wait, and count it unless that is too long."""
        token = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        if token is None:
            return 0
        now, key = self._now(), blake2b(token, digest_size=16).digest()
        if self._is_alone(key, now):
            return 0
        begin = max(self._taken.get(key, now), now)
        wait = begin - now - _AT_ONCE_SECONDS
        if wait <= _LONGEST_WAIT_SECONDS:
            self._taken[key] = begin + self._seconds
            self._sweep(now)
        return wait

    def _is_alone(self, key: bytes, now: float) -> bool:
        newest, at = self._newest
        if key != newest:
            self._other_at = at
        self._newest = (key, now)
        return now - self._other_at > _ALONE_SECONDS

    def _sweep(self, now: float) -> None:
        if len(self._taken) > _SWEEP_ABOVE:
            self._taken = {key: until for key, until in self._taken.items() if until > now}

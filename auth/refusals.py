"""Requests that are refused again and again: answered without being worked on.

Whoever doesn't wait after a 429 then costs neither a look at their token nor a route, so that those
who share the process with them wait less. What a user may do is decided elsewhere.
"""

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A client that did not see the answer may ask again; whoever asks more often is not looked at.
_LOOKED_AT = 10
_SWEEP_ABOVE = 10_000
_TOO_MANY_REQUESTS = 429
_RETRY_AFTER = b"retry-after"
# What makes two requests alike, beside method and path.
_HEADERS = frozenset({b"authorization", b"origin", b"idempotency-key"})


@dataclass
class _Refusal:
    """Until when it holds, how often it was given, and the messages that answer so."""

    until: float
    times: int
    messages: list[Message]


class Refusals:
    """Middleware that repeats a 429 until its `Retry-After` is over."""

    def __init__(self, app: ASGIApp, now: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._now = now
        self._refusals: dict[bytes, _Refusal] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that was refused too often; else pass it on, and see how it ends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        key = _key(scope)
        known = self._refusals.get(key)
        if known and known.times >= _LOOKED_AT and known.until > self._now():
            await _repeat(known, known.until - self._now(), send)
            return
        answer: list[Message] = []

        # No coroutine of its own: it is called for each piece of a stream.
        def send_and_note(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start" and _wait(message):
                answer.append(message)
            elif answer:
                answer.append(message)
                if not message.get("more_body"):
                    self._remember(key, answer)
            return send(message)

        await self._app(scope, receive, send_and_note)

    def _remember(self, key: bytes, answer: list[Message]) -> None:
        now = self._now()
        self._sweep(now)
        known = self._refusals.get(key)
        times = known.times + 1 if known and known.until > now else 1
        self._refusals[key] = _Refusal(now + _wait(answer[0]), times, answer)

    def _sweep(self, now: float) -> None:
        if len(self._refusals) > _SWEEP_ABOVE:
            self._refusals = {key: one for key, one in self._refusals.items() if one.until > now}


def _wait(start: Message) -> int:
    """Return in how many seconds a refused request may come again; 0 if it is not refused."""
    wait = dict(start["headers"]).get(_RETRY_AFTER, b"")
    return int(wait) if start["status"] == _TOO_MANY_REQUESTS and wait.isdigit() else 0


def _key(scope: Scope) -> bytes:
    parts = [value for name, value in scope["headers"] if name in _HEADERS]
    parts += [scope["method"].encode(), scope["raw_path"]]
    return blake2b(b"\n".join(parts), digest_size=16).digest()


async def _repeat(refusal: _Refusal, wait: float, send: Send) -> None:
    for message in refusal.messages:
        if message["type"] == "http.response.start":
            others = [header for header in message["headers"] if header[0] != _RETRY_AFTER]
            seconds = str(math.ceil(wait)).encode()
            await send({**message, "headers": [*others, (_RETRY_AFTER, seconds)]})
        else:
            await send(message)

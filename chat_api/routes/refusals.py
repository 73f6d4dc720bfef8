"""Requests that are refused again and again: answered without being worked on.

Whoever doesn't wait after a 429 then costs neither a look at their token, nor a route, nor a line
of the log, so that those who share the process with them wait less. What a user may do is decided
elsewhere.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.telemetry.metrics import metrics
from db.telemetry.requests import REQUEST_ID, method_label, request_id_of

# A client that did not see the answer may ask again; whoever asks more often is not looked at.
_LOOKED_AT = 10
_SWEEP_ABOVE = 10_000
# Requests that come at once are answered apart, for others wait while they are.
_SPREAD_SECONDS = 1.0
# Multiples of it, without their whole part, are spread evenly however many there are.
_GOLDEN_RATIO = 0.618034
_TOO_MANY_REQUESTS = 429
_RETRY_AFTER = b"retry-after"
# What makes two requests alike, beside method and path.
_HEADERS = frozenset({b"authorization", b"origin", b"idempotency-key"})
_REQUEST_ID = REQUEST_ID.lower().encode()
# Headers of an answer that are those of its request alone.
_OWN = frozenset({_RETRY_AFTER, _REQUEST_ID})
_ROUTE = "refused again"


@dataclass
class _Refusal:
    """Until when it holds, how often it was given, and the messages that answer so.

    The headers that each answer has of its own are left out.
    """

    until: float
    times: int
    messages: list[Message]


class Refusals:
    """Outermost middleware, which repeats a 429 until its `Retry-After` is over.

    What it repeats is counted among the requests by a route of its own.
    """

    def __init__(
        self,
        app: ASGIApp,
        now: Callable[[], float] = time.monotonic,
        spread_seconds: float = _SPREAD_SECONDS,
    ) -> None:
        self._app = app
        self._now = now
        self._spread_seconds = spread_seconds
        self._place = 0.0
        self._refusals: dict[bytes, _Refusal] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that was refused too often; else pass it on, and see how it ends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        key = _key(scope)
        known = self._refusals.get(key)
        if known and known.times >= _LOOKED_AT and known.until > self._now():
            metrics().service.requests.labels(method_label(scope), _ROUTE, "429").inc()
            self._place = (self._place + _GOLDEN_RATIO) % 1
            await asyncio.sleep(self._place * self._spread_seconds)
            await _repeat(known, max(0.0, known.until - self._now()), request_id_of(scope), send)
            return
        answer: list[Message] = []
        wait = 0

        # No coroutine of its own: it is called for each piece of a stream.
        def send_and_note(message: Message) -> Awaitable[None]:
            nonlocal wait
            if message["type"] == "http.response.start":
                wait = _wait(message)
            if wait:
                answer.append(message)
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    self._remember(key, wait, answer)
            return send(message)

        await self._app(scope, receive, send_and_note)

    def _remember(self, key: bytes, wait: int, answer: list[Message]) -> None:
        now = self._now()
        self._sweep(now)
        known = self._refusals.get(key)
        times = known.times + 1 if known and known.until > now else 1
        start, *body = answer
        headers = [header for header in start["headers"] if header[0] not in _OWN]
        messages = [{**start, "headers": headers}, *body]
        self._refusals[key] = _Refusal(now + wait, times, messages)

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


async def _repeat(refusal: _Refusal, wait: float, request_id: str, send: Send) -> None:
    start, *body = refusal.messages
    own = [
        (_RETRY_AFTER, str(math.ceil(wait)).encode()),
        (_REQUEST_ID, request_id.encode()),
    ]
    await send({**start, "headers": [*start["headers"], *own]})
    for message in body:
        await send(message)

"""Rate limits for each client of each user."""

import math
import time
from collections import deque

from limits import parse
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.principal import Principal
from mcp_server.middleware.error_responses import error_response
from mcp_server.middleware.scopes import ScopeRules


class RateLimits:
    """Answer 429 to a caller over its limit; writes have a limit of their own.

    A caller is one client of one user, by the token's claims. Each process counts separately, so
    the limits of N replicas add up to N times the setting.
    """

    def __init__(self, app: ASGIApp, rules: ScopeRules, *, requests: str, writes: str) -> None:
        """Parse the limits, such as `120/minute`.

        Raises:
            ValueError: A limit has another form.
        """
        self._app = app
        self._rules = rules
        self._limits = {"requests": MovingWindow(requests), "writes": MovingWindow(writes)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with `Retry-After`."""
        # A chat turn has its own bound: the number of model requests.
        if scope["type"] == "http" and scope["principal"].turn_id is None:
            writes = self._rules.writes(scope["rpc_calls"])
            wait = self._wait(scope["principal"], "writes" if writes else "requests")
            if wait:
                answer = error_response(
                    429,
                    "rate_limited",
                    f"Too many requests. Try again in {wait} seconds.",
                    {"Retry-After": str(wait)},
                )
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _wait(self, caller: Principal, kind: str) -> int:
        """Count a request; return how many seconds to wait, 0 if it is within the limit."""
        key = (caller.issuer or "", caller.user_id, caller.client or "")
        return math.ceil(self._limits[kind].hit(key, time.monotonic()))


class MovingWindow:
    """Counts the hits of each key in the last seconds.

    The storage of `limits` looks through all keys for each hit, and on a thread for each key.
    """

    def __init__(self, limit: str) -> None:
        item = parse(limit)
        self._amount = item.amount
        self._seconds = item.get_expiry()
        self._hits: dict[tuple[str, ...], deque[float]] = {}
        self._swept_at = float("-inf")

    def hit(self, key: tuple[str, ...], now: float) -> float:
        """Count a hit within the limit and return 0; else return how many seconds to wait."""
        self._forget_idle(now)
        hits = self._hits.setdefault(key, deque())
        while hits and hits[0] <= now - self._seconds:
            hits.popleft()
        if len(hits) >= self._amount:
            return (hits[0] if hits else now) + self._seconds - now
        hits.append(now)
        return 0

    def _forget_idle(self, now: float) -> None:
        """Forget the keys without hits in a window, once in a window."""
        if now - self._swept_at > self._seconds:
            self._swept_at = now
            since = now - self._seconds
            self._hits = {
                key: hits for key, hits in self._hits.items() if hits and hits[-1] > since
            }

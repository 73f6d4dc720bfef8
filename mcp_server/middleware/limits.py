"""How much one caller may ask for, so that one of them can't keep the others waiting."""

import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.principal import Principal
from mcp_server.middleware.error_responses import refusal
from mcp_server.middleware.scopes import ScopeRules


class RateLimits:
    """Answer 429 to a caller beyond its limit; writes are counted by themselves.

    A caller is one client of one user, as the token tells them. Each process counts for itself:
    behind a balancer that shares requests out evenly, the limits are as many times higher.
    """

    def __init__(self, app: ASGIApp, rules: ScopeRules, *, requests: str, writes: str) -> None:
        """Raise ValueError if a limit is not like `120/minute`."""
        self._app = app
        self._rules = rules
        self._requests = parse(requests)
        self._writes = parse(writes)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        # A chat turn is bounded by itself: it asks the model so many times at most.
        if scope["type"] == "http" and scope["principal"].turn_id is None:
            writes = self._rules.writes(scope["asked"])
            wait = await self._wait(scope["principal"], "writes" if writes else "requests")
            if wait:
                answer = refusal(
                    429,
                    "rate_limited",
                    f"Too many requests. Try again in {wait} seconds.",
                    {"Retry-After": str(wait)},
                )
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _wait(self, caller: Principal, kind: str) -> int:
        """Count a request; return how many seconds too early it came."""
        limit: RateLimitItem = self._writes if kind == "writes" else self._requests
        key = (kind, caller.issuer or "", caller.user_id, caller.client or "")
        if await self._limiter.hit(limit, *key):
            return 0
        window = await self._limiter.get_window_stats(limit, *key)
        return max(1, math.ceil(window.reset_time - time.time()))

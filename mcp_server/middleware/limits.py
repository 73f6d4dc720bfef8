"""Rate limits for each client of each user."""

import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
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
        self._requests = parse(requests)
        self._writes = parse(writes)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with `Retry-After`."""
        # A chat turn has its own bound: the number of model requests.
        if scope["type"] == "http" and scope["principal"].turn_id is None:
            writes = self._rules.writes(scope["rpc_calls"])
            wait = await self._wait(scope["principal"], "writes" if writes else "requests")
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

    async def _wait(self, caller: Principal, kind: str) -> int:
        """Count a request; return how many seconds to wait, 0 if it is within the limit."""
        limit: RateLimitItem = self._writes if kind == "writes" else self._requests
        key = (kind, caller.issuer or "", caller.user_id, caller.client or "")
        if await self._limiter.hit(limit, *key):
            return 0
        window = await self._limiter.get_window_stats(limit, *key)
        return max(1, math.ceil(window.reset_time - time.time()))

"""Rate limits for each grant of each user, counted on all replicas together."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from limits import parse
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.principal import Principal
from db.engine import Sessions
from db.errors import DatabaseUnavailable, NoAuthority
from db.ledger import Limit
from db.reservations import reserve
from db.user_connection import user_connection
from mcp_server.middleware.credentials import PERSONAL
from mcp_server.middleware.error_responses import error_response, unavailable
from mcp_server.middleware.scopes import ScopeRules

# A process asks the ledger once for so many parts of a limit.
_PARTS = 20


class RateLimits:
    """Answer 429 to a caller over its limit; writes have a limit of their own.

    A caller is a grant of a user: one OAuth client, or all personal access tokens together, for
    these have any names that their user likes.
    """

    def __init__(
        self, app: ASGIApp, sessions: Sessions, rules: ScopeRules, *, requests: str, writes: str
    ) -> None:
        """Parse the limits, such as `120/minute`.

        Raises:
            ValueError: A limit has another form.
        """
        self._app = app
        self._rules = rules
        self._requests = SharedLimit(sessions, limit_of("mcp_requests", requests))
        self._writes = SharedLimit(sessions, limit_of("mcp_writes", writes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with `Retry-After`."""
        # A chat turn has its own bound: the number of model requests.
        if scope["type"] == "http" and scope["principal"].turn_id is None:
            writes = self._rules.writes(scope["rpc_calls"])
            limit = self._writes if writes else self._requests
            try:
                wait = await limit.hit(scope["principal"])
            except DatabaseUnavailable as error:
                await unavailable(str(error))(scope, receive, send)
                return
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


@dataclass
class _Allowance:
    """What a process may still spend of a caller's limit, until when, and until when nothing."""

    left: int = 0
    until: float = 0
    refused_until: float = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class SharedLimit:
    """Spends a limit in parts that it takes from the ledger: most requests cost no transaction."""

    def __init__(
        self, sessions: Sessions, limit: Limit, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._sessions = sessions
        self._limit = limit
        self._part = max(1, limit.most // _PARTS)
        self._now = now
        self._allowances: dict[tuple[str, str], _Allowance] = {}
        self._swept_at = now()

    async def hit(self, caller: Principal) -> int:
        """Count a request within the limit and return 0; else return how many seconds to wait.

        Raises:
            DatabaseUnavailable: The ledger can't be reached.
        """
        self._forget_idle()
        key = caller.user_id, _grant(caller)
        allowance = self._allowances.setdefault(key, _Allowance())
        async with allowance.lock:
            now = self._now()
            if allowance.refused_until > now:
                return self._wait(allowance, now)
            if not allowance.left or allowance.until <= now:
                await self._reserve(allowance, *key)
            if not allowance.left:
                return self._wait(allowance, now)
            allowance.left -= 1
            return 0

    async def _reserve(self, allowance: _Allowance, user_id: str, grant: str) -> None:
        now = self._now()
        allowance.until = now + self._limit.seconds
        try:
            async with user_connection(self._sessions, user_id) as connection:
                reserved = await reserve(connection, self._limit, grant, self._part)
        except NoAuthority:
            # It is refused for that later.
            allowance.left, allowance.until = 1, now
            return
        allowance.left = reserved.granted
        allowance.refused_until = now + reserved.wait

    def _wait(self, allowance: _Allowance, now: float) -> int:
        return max(1, min(self._limit.seconds, math.ceil(allowance.refused_until - now)))

    def _forget_idle(self) -> None:
        """Forget who has neither an allowance nor a refusal, once in a window."""
        now = self._now()
        if now - self._swept_at > self._limit.seconds:
            self._swept_at = now
            self._allowances = {
                key: one
                for key, one in self._allowances.items()
                if max(one.until, one.refused_until) > now or one.lock.locked()
            }


def limit_of(kind: str, text: str) -> Limit:
    """Return the limit that a setting such as `120/minute` means.

    Raises:
        ValueError: It has another form.
    """
    parsed = parse(text)
    return Limit(kind, parsed.amount, parsed.get_expiry())


def _grant(caller: Principal) -> str:
    if caller.issuer == PERSONAL:
        return ""
    return f"{caller.issuer or ''} {caller.client or ''}"

"""What one user may do at once and in a minute, as far as a process knows it by itself.

The ledger in Postgres decides (`db/ledger.py`). A process remembers what it refused: whoever goes
on without waiting costs Postgres nothing.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chat_api.settings import ApiSettings
from db.ledger import Limit, RateLimited
from db.turn_values import TurnLimits

# A repeated request is answered although its user is at the limit, but not without end.
_REPEATS = 10
_SWEEP_ABOVE = 10_000


class UserLimits:
    """The limits of each user, from the settings."""

    def __init__(self, settings: ApiSettings, now: Callable[[], float] = time.monotonic) -> None:
        self.turns = TurnLimits(
            settings.max_turns_per_user, Limit("messages", settings.messages_per_minute)
        )
        self.writes = Limit("writes", settings.writes_per_minute)
        self._now = now
        self._refusals: dict[tuple[str, str], _Refusal] = {}

    @contextmanager
    def remembering(self, user_id: str, kind: str, *, repeats: bool = False) -> Iterator[None]:
        """Remember what the block refuses, and until then refuse the same without entering it.

        A request that may be a repeated one (`repeats`) is let in a few times more.

        Raises:
            RateLimited: There was no room for this kind a moment ago.
        """
        self._check(user_id, kind, repeats=repeats)
        try:
            yield
        except RateLimited as error:
            self._remember(user_id, kind, error.retry_after or 1)
            raise

    def _check(self, user_id: str, kind: str, *, repeats: bool) -> None:
        refusal = self._refusals.get((user_id, kind))
        wait = refusal.until - self._now() if refusal else 0
        if refusal is None or wait <= 0:
            return
        refusal.requests += 1
        if not repeats or refusal.requests > _REPEATS:
            raise RateLimited(kind, math.ceil(wait))

    def _remember(self, user_id: str, kind: str, seconds: int) -> None:
        now = self._now()
        if len(self._refusals) > _SWEEP_ABOVE:
            self._refusals = {key: one for key, one in self._refusals.items() if one.until > now}
        known = self._refusals.get((user_id, kind))
        if known and known.until > now:
            known.until = now + seconds
        else:
            self._refusals[(user_id, kind)] = _Refusal(now + seconds)


@dataclass
class _Refusal:
    until: float
    requests: int = 0

"""Counts refused tokens by the address of their sender, so that nobody tries tokens without end."""

import ipaddress
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from auth.errors import InvalidToken, TokenExpired, TooManyFailedTokens

MAX_ADDRESSES = 10_000
_SECONDS = 60.0


class FailedTokenSettings(BaseSettings):
    """Environment of a process that answers requests with tokens."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    failed_tokens_per_minute: int = Field(
        20, ge=1, description="Refused tokens of one address, after which more get 429"
    )
    trusted_proxies: str | None = Field(
        None,
        description="Proxies with a trusted X-Forwarded-For (addresses or networks), by commas",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, value: str | None) -> str | None:
        for proxy in filter(None, (value or "").replace(" ", "").split(",")):
            ipaddress.ip_network(proxy, strict=False)
        return value


class FailedTokens:
    """The refused tokens of each address in the minute that began with the first of them.

    Each process counts separately, and remembers the last 10,000 addresses. `clock` counts seconds
    from anywhere.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        # By address: when its minute ends, and its refused tokens. The first ends first.
        self._minutes: dict[str, tuple[float, int]] = {}

    @contextmanager
    def counting(
        self, address: str | None, refusal: type[Exception] = InvalidToken
    ) -> Iterator[None]:
        """Count the token that the block verifies, if it raises `refusal`.

        A valid token is never refused for its address. An expired one was valid: its client is to
        renew it.

        Raises:
            TooManyFailedTokens: The address has sent too many.
        """
        try:
            yield
        except TokenExpired:
            raise
        except refusal as error:
            if wait := self._count(_network(address)):
                raise TooManyFailedTokens(wait) from error
            raise

    def _count(self, address: str) -> int:
        """Count a refused token; return how many seconds to wait, 0 if it is within the limit."""
        now = self._clock()
        end, count = self._minutes.get(address, (now, 0))
        if end <= now:
            self._minutes.pop(address, None)
            self._make_room(now)
            end, count = now + _SECONDS, 0
        self._minutes[address] = (end, min(count, self._per_minute) + 1)
        return math.ceil(end - now) if count >= self._per_minute else 0

    def _make_room(self, now: float) -> None:
        while self._minutes:
            first = next(iter(self._minutes))
            if self._minutes[first][0] > now and len(self._minutes) < MAX_ADDRESSES:
                return
            del self._minutes[first]


def _network(address: str | None) -> str:
    """Return the address; of IPv6 the part that a provider gives to one customer."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped or int(known) >> 64)

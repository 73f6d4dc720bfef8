"""Time zones by their IANA names."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("is not a time zone such as Europe/Berlin")
    return name


TimezoneName = Annotated[str, AfterValidator(_known_zone)]


@dataclass(frozen=True)
class RequestedTimezone:
    """The time zones that a request and the token it came with name, if they do."""

    requested: str | None
    claimed: str | None

    def or_else(self, settled: str | None) -> str:
        """Return the zone to use for a user whose settings hold this one.

        The request knows where the user is now, and their settings what they chose here; a claim
        is what the issuer of the token was once told.
        """
        return self.requested or settled or self.claimed or "UTC"

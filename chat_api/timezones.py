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
    """The time zones that a request and its token name, if any."""

    requested: str | None
    claimed: str | None

    def or_else(self, setting: str | None) -> str:
        """Return the zone to use; `setting` is the one in the user's settings.

        The request knows where the user is now and the setting what they chose here; the claim of a
        token may be old.
        """
        return self.requested or setting or self.claimed or "UTC"

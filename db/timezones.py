"""The time zone of a request, in which today's date is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class RequestedTimezone:
    """The time zones that a request and its token name, if any."""

    requested: str | None = None
    claimed: str | None = None

    def or_else(self, setting: str | None) -> str:
        """Return the zone to use; `setting` is the one in the user's settings.

        The request knows where the user is now and the setting what they chose here; the claim of a
        token may be old.
        """
        return self.requested or setting or self.claimed or "UTC"

    def now(self, setting: str | None) -> datetime:
        """Return the wall time in the zone to use."""
        return datetime.now(ZoneInfo(self.or_else(setting))).replace(tzinfo=None)

    def today(self, setting: str | None) -> date:
        """Return today's date in the zone to use."""
        return self.now(setting).date()


def today_in(zone: str) -> date:
    """Return today's date in a zone."""
    return datetime.now(ZoneInfo(zone)).date()


def start_of(day: date, zone: str) -> datetime:
    """Return when a day begins in a zone, or the first time that there is in UTC."""
    try:
        return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)

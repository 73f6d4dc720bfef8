"""When a reminder fires, as a value: so long before its task is due, or at a wall time."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from db.errors import RefusedValue

Unit = Literal["m", "h", "d"]

# Where a task is due on a day without a time.
MORNING = time(9)
_MINUTES: dict[str, tuple[Unit, int]] = {"m": ("m", 1), "h": ("h", 1), "d": ("d", 1), "w": ("d", 7)}
_MOST = {"m": 60 * 24 * 366, "h": 24 * 366, "d": 366}
_DURATION = re.compile(
    r"(in )?(\d{1,6}) ?(m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?: before)?",
    re.ASCII | re.IGNORECASE,
)
_WALL_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00)?", re.ASCII | re.IGNORECASE)
# Where the calendar of Python ends.
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
_HINT = "Send it as 10m, 2h or 1d before it is due, in 20m from now, or YYYY-MM-DDTHH:MM."


class UnreadableReminder(RefusedValue, ValueError):
    """The text is neither a duration nor a wall time."""

    code = "unreadable_reminder"

    def __init__(self) -> None:
        super().__init__("This reminder can't be read.", _HINT)


@dataclass(frozen=True)
class Before:
    """A duration before the task is due; days are those of the calendar, of 23 to 25 hours."""

    count: int
    unit: Unit

    @property
    def text(self) -> str:
        """The duration as `90m`, `2h` or `1d`."""
        return f"{self.count}{self.unit}"

    def fires_at(self, due_on: date, due_time: time | None, zone: ZoneInfo) -> datetime:
        """Return when it fires; a time that the clocks skip is counted as if they had not yet."""
        days = timedelta(days=self.count if self.unit == "d" else 0)
        return _instant(datetime.combine(due_on, due_time or MORNING), zone, days, self.duration)

    @property
    def duration(self) -> timedelta:
        """The hours and minutes; zero for days."""
        return {
            "m": timedelta(minutes=self.count),
            "h": timedelta(hours=self.count),
            "d": timedelta(),
        }[self.unit]


@dataclass(frozen=True)
class After:
    """A duration from now, which becomes a wall time when it is stored."""

    count: int
    unit: Unit

    @property
    def text(self) -> str:
        """The duration as `in 20m`."""
        return f"in {self.count}{self.unit}"

    def resolved(self, now: datetime, zone: ZoneInfo) -> "At":
        """Return the wall time, rounded up to the minute."""
        later = now + timedelta(
            **{{"m": "minutes", "h": "hours", "d": "days"}[self.unit]: self.count}
        )
        rounded = later + timedelta(seconds=59, microseconds=999_999)
        return At(rounded.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None, fold=0))


@dataclass(frozen=True)
class At:
    """A wall time in the user's zone."""

    wall_time: datetime

    @property
    def text(self) -> str:
        """The time as YYYY-MM-DDTHH:MM."""
        return self.wall_time.isoformat(timespec="minutes")

    def fires_at(self, zone: ZoneInfo, now: datetime) -> datetime:
        """Return when it fires; of a time that the clocks show twice the first that is to come."""
        first = _instant(self.wall_time, zone)
        return first if first > now else _instant(self.wall_time.replace(fold=1), zone)


ReminderSpec = Before | After | At


def parse_reminder(text: str) -> ReminderSpec:
    """Read a reminder: `10m`, `2 hours before`, `in 20m`, `2026-12-24T18:00`.

    Raises:
        UnreadableReminder: The text is none of these.
    """
    stripped = " ".join(text.split())
    if found := _DURATION.fullmatch(stripped):
        return _duration(found)
    if found := _WALL_TIME.fullmatch(stripped):
        try:
            return At(datetime.fromisoformat(f"{found[1]}T{found[2]}"))
        except ValueError as error:
            raise UnreadableReminder from error
    raise UnreadableReminder


def fires_at(
    spec: str, due_on: date | None, due_time: time | None, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """Return when a stored reminder fires, in UTC; None if it has no date to be counted from."""
    match parse_reminder(spec):
        case At() as at:
            return at.fires_at(zone, now)
        case Before() as ahead if due_on:
            return ahead.fires_at(due_on, due_time, zone)
    return None


def _duration(found: re.Match[str]) -> Before | After:
    unit, factor = _MINUTES[found[3][0].lower()]
    count = int(found[2]) * factor
    if count > _MOST[unit]:
        raise UnreadableReminder
    # Hours and days are not the same where a day has 23 or 25 hours; minutes and hours are.
    if unit == "m" and count and count % 60 == 0:
        count, unit = count // 60, "h"
    if count == 0:
        unit = "m"
    return After(count, unit) if found[1] else Before(count, unit)


def _instant(
    wall_time: datetime,
    zone: ZoneInfo,
    days: timedelta = timedelta(),
    duration: timedelta = timedelta(),
) -> datetime:
    """Return the instant so many days and then so long before a wall time, in UTC."""
    try:
        day = (wall_time - days).replace(tzinfo=zone, fold=wall_time.fold)
        return day.astimezone(UTC) - duration
    except OverflowError:
        return _LAST if wall_time.year > _FIRST.year else _FIRST

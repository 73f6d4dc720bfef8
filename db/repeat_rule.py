"""Repeat rules as values: the parts of an RFC 5545 RRULE that tasks use, and its text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple, get_args

from db.errors import RefusedValue

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
RepeatFrom = Literal["due", "completion"]

REPEAT_FROM: tuple[RepeatFrom, ...] = get_args(RepeatFrom)
MOST = 999
REPEAT_LENGTH = 200
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Days of the longest months, January first.
MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_HINT = "Send it as in FREQ=MONTHLY;BYDAY=-1FR, or in words as in: monthly on last fri."


class RepeatError(RefusedValue, ValueError):
    """A repeat is refused."""


class UnreadableRepeat(RepeatError):
    """The text is neither an RRULE nor words that are known."""

    code = "unreadable_repeat"


class UnsupportedRepeat(RepeatError):
    """The rule has parts, or a combination of them, that tasks don't have."""

    code = "unsupported_repeat"


class ImpossibleRepeat(RepeatError):
    """No date fits the rule."""

    code = "impossible_repeat"

    def __init__(self, hint: str = "Send one that some date fits.") -> None:
        super().__init__("This repeat never happens.", hint)


class Weekday(NamedTuple):
    """A day of the week, Monday is 0; `ordinal` 1 is the first of the period, -1 the last."""

    ordinal: int
    day: int


@dataclass(frozen=True)
class RepeatRule:
    """When a task repeats. The lists are sorted, and empty where the rule says nothing.

    `count` ends it after so many completions, `until` with a date. `repeat_from` is where the next
    occurrence is counted from, which an RRULE does not say.
    """

    freq: Frequency
    interval: int = 1
    by_month: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[Weekday, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None
    repeat_from: RepeatFrom = "due"

    @property
    def rrule(self) -> str:
        """The rule as an RRULE, always with the same parts in the same order."""
        parts = {
            "FREQ": self.freq,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYMONTH": _joined(self.by_month),
            "BYMONTHDAY": _joined(self.by_month_day),
            "BYDAY": ",".join(f"{o or ''}{WEEKDAYS[day]}" for o, day in self.by_day),
            "BYSETPOS": _joined(self.by_set_pos),
            "COUNT": str(self.count or ""),
            "UNTIL": self.until.strftime("%Y%m%d").zfill(8) if self.until else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def in_order(numbers: Iterable[int]) -> tuple[int, ...]:
    """Return numbers once each, sorted as days are told: from the first on, then from the last."""
    return tuple(sorted(set(numbers), key=lambda number: (number < 0, abs(number))))


def weekdays_in_order(days: Iterable[Weekday]) -> tuple[Weekday, ...]:
    """Return days of the week once each, sorted by their ordinals."""
    return tuple(sorted(set(days), key=lambda day: (day[0] < 0, abs(day[0]), day[1])))


def simplest(rule: RepeatRule) -> RepeatRule:
    """Return the rule in its usual frequency: daily on some weekdays is weekly."""
    if rule.freq != "DAILY" or rule.interval > 1 or rule.by_set_pos:
        return rule
    if rule.by_month_day:
        return replace(rule, freq="MONTHLY")
    return replace(rule, freq="WEEKLY") if rule.by_day else rule


def check(rule: RepeatRule) -> None:
    """Refuse what RFC 5545 forbids, and combinations that nobody needs.

    Raises:
        UnsupportedRepeat: The parts don't go together.
        ImpossibleRepeat: A month has no such day.
    """
    ordinals = [day.ordinal for day in rule.by_day if day.ordinal]
    in_year = rule.freq == "YEARLY" and not rule.by_month
    plain = len(ordinals) < len(rule.by_day)
    longest = max(MONTH_LENGTHS[month - 1] for month in rule.by_month or range(1, 13))
    broken = {
        "Only one of COUNT and UNTIL may be given.": rule.count and rule.until,
        "Every few days has no days of the week or month.": rule.freq == "DAILY"
        and (rule.by_day or rule.by_month_day or rule.by_set_pos),
        "Weekly has plain days of the week only.": rule.freq == "WEEKLY"
        and (ordinals or rule.by_month_day or rule.by_set_pos),
        "Yearly on days needs a month.": in_year and (rule.by_month_day or plain),
        "BYSETPOS needs plain days to choose from.": rule.by_set_pos
        and (ordinals or not (rule.by_day or rule.by_month_day)),
        "Days of the month can't be combined with an ordinal of a day of the week.": ordinals
        and rule.by_month_day,
    }
    for message, is_broken in broken.items():
        if is_broken:
            raise UnsupportedRepeat(message, _HINT)
    if any(abs(ordinal) > (53 if in_year else 5) for ordinal in ordinals):
        raise ImpossibleRepeat("A month has at most five of each day of the week.")
    if any(abs(day) > longest for day in rule.by_month_day):
        raise ImpossibleRepeat("Send a day that the month has.")


def _joined(numbers: tuple[int, ...]) -> str:
    return ",".join(str(number) for number in numbers)

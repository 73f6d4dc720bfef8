"""Due dates in everyday English, counted from the person's own today."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from chat_api.assistant.commands import Shift
from chat_api.assistant.day_names import (
    COUNT,
    UNIT,
    Days,
    Reader,
    compiled,
    count_of,
    months_on,
    readers,
)
from chat_api.assistant.lexicon import LEXICON, PATTERNS, REMEMBERED


@dataclass(frozen=True)
class Found:
    """Days, and where in the text they were named."""

    days: Days
    start: int
    end: int
    part: str
    clock: str

    @property
    def said(self) -> str:
        """The part of the day and the time, which no due date holds, as a title ends with them."""
        return " ".join(filter(None, [_PARTS.get(self.part, self.part), self.clock]))


@dataclass(frozen=True)
class Taken:
    """A due date, what was said of the time of day with it, and the text without them."""

    due_on: date
    said: str
    rest: str


_PARTS = {
    "night": "at night",
    **{part: f"in the {part}" for part in ("morning", "afternoon", "evening")},
}
_SAYS_DUE = re.compile(r"(?:and |it's |that's |is )*(?:due|deadline)\b", re.IGNORECASE)
_NEVER_AFTER = re.compile(r"(?:\bevery|\beach|\bof|\blast|\bper) (?:other )?$", re.IGNORECASE)

_AFTER_DATE = {"to", "that", "i", "at", "for", "about"}
_UNITS = {
    "day": Shift(days=1),
    "week": Shift(days=7),
    "month": Shift(months=1),
    "year": Shift(months=12),
}


def span(text: str, *, back: bool = False) -> Shift | None:
    """Read "two weeks" or "another day" as how far to move a date; `back` moves it to be sooner."""
    found = _span().fullmatch(text.strip())
    if not found:
        return None
    unit, count = _UNITS[found["unit"].casefold()], count_of(found["count"] or "a")
    count = -count if back else count
    return Shift(unit.days * count, unit.months * count)


@cache
def _span() -> re.Pattern[str]:
    return compiled(rf"(?:another )?{COUNT}?(?: ?more)? ?{UNIT}")


def shifted(day: date, by: Shift) -> date:
    """Move a day; the 31st becomes the last day of a shorter month."""
    return months_on(day, by.months) + timedelta(days=by.days)


@lru_cache(REMEMBERED)
def find(text: str, today: date) -> tuple[Found, ...]:
    """Return every date that `text` names, the longest wording first where several overlap."""
    found = (f for pattern, read in readers() for f in _read(pattern, read, text, today))
    taken: list[Found] = []
    for one in sorted(found, key=lambda f: f.start - f.end):
        if all(one.end <= other.start or one.start >= other.end for other in taken):
            taken.append(one)
    return tuple(taken)


def _read(pattern: re.Pattern[str], read: Reader, text: str, today: date) -> Iterator[Found]:
    for match in pattern.finditer(text):
        if _NEVER_AFTER.search(text[: match.start()]):
            continue
        try:
            days = read(match, today)
        except (ValueError, OverflowError):
            continue  # 31 February, or the year 10000
        groups = match.groupdict()
        part, clock = groups.get("keep") or groups["part"] or "", groups["clock"] or ""
        clock = f"at {clock}" if PATTERNS["exact_time"].fullmatch(clock) else clock
        yield Found(days, match.start(), match.end(), part.casefold(), clock)


def whole(text: str, today: date) -> Days | None:
    """Return the days if `text` names nothing but a date."""
    found = only(text, today)
    return found.days if found else None


def only(text: str, today: date) -> Found | None:
    """Return the date if `text` names nothing else."""
    bare = text.strip(" .,!?")
    return next((f for f in find(bare, today) if f.start == 0 and f.end == len(bare)), None)


def mentioned(text: str, today: date) -> Days | None:
    """Return the first days that `text` names, wherever."""
    first = min(find(text, today), key=lambda found: found.start, default=None)
    return first.days if first else None


def take_due(text: str, today: date) -> tuple[date | None, str]:
    """Split a date off the start or the end of `text`, and keep what no due date can hold."""
    taken = take(text, today)
    if not taken:
        return None, text
    return taken.due_on, " ".join(filter(None, [taken.rest, taken.said]))


def take(text: str, today: date) -> Taken | None:
    """Split a date off the start or the end of `text`.

    A date elsewhere stays: in "prepare monday meeting" it belongs to the title. So does a day that
    has been, unless the text says "due".
    """
    for found in find(text, today):
        before, after = text[: found.start].strip(" ,;-"), text[found.end :].strip(" ,;-")
        past = found.days.last < today and not _SAYS_DUE.match(text[found.start :])
        if past or not (before or after):
            continue
        if not after:
            return Taken(found.days.last, found.said, before)
        if not before and _opens(text, found):
            return Taken(found.days.last, found.said, after)
    return None


def _opens(text: str, found: Found) -> bool:
    """Whether a date at the start stands apart: "on monday, …", "tomorrow call …"."""
    rest = text[found.end :]
    following = rest.split(maxsplit=1)[0].casefold()
    apart = rest.lstrip().startswith((",", ":", "-")) or following in _AFTER_DATE
    return apart or following in LEXICON.words["chores"]

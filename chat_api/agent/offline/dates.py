"""Due dates in everyday English, counted from the person's own today."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from chat_api.agent.offline.commands import Shift
from chat_api.agent.offline.lexicon import LEXICON, PATTERNS, REMEMBERED


@dataclass(frozen=True)
class Days:
    """A first and a last day; a task is due on the last."""

    first: date
    last: date


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

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)"
)
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_COUNT = r"(?P<count>\d{1,3}|an?|a couple of|" + "|".join(LEXICON.numbers) + ")"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_LEAD = (
    r"(?:\b(?:(?:and |it's |that's |is )*(?:due(?: date)?|deadline)(?: is)?:?|by|on|before"
    r"|until|till|for|from|starting|at|no later than|within|during)(?: the)?\s)*"
)
_CLOCK = f"(?:{PATTERNS['clock_behind'].pattern})"
_PART = (
    r"(?:'s)?(?: (?:in the )?(?P<part>morning|afternoon|evening|night))?"
    rf"(?:,? (?P<clock>{_CLOCK}))?"
)
_SAYS_DUE = re.compile(r"(?:and |it's |that's |is )*(?:due|deadline)\b", re.IGNORECASE)
_NEVER_AFTER = re.compile(r"(?:\bevery|\beach|\bof|\blast|\bper) (?:other )?$", re.IGNORECASE)

_Reader = Callable[[re.Match[str], date], Days]


def _day(day: date) -> Days:
    return Days(day, day)


def _in(offset: int) -> _Reader:
    return lambda _, today: _day(today + timedelta(days=offset))


def _iso(found: re.Match[str], _: date) -> Days:
    return _day(date.fromisoformat(found["iso"]))


def _weekday(found: re.Match[str], today: date) -> Days:
    wanted = _WEEKDAYS.index(found["weekday"][:3].casefold())
    which = (found["which"] or "").casefold()
    if which == "next":
        monday = today + timedelta(days=7 - today.weekday())
        return _day(monday + timedelta(days=wanted))
    ahead = (wanted - today.weekday()) % 7
    return _day(today + timedelta(days=ahead if ahead or which == "this" else 7))


def _calendar(found: re.Match[str], today: date) -> Days:
    return _named_day(found, int(found["day"]), today)


def _spoken(found: re.Match[str], today: date) -> Days:
    return _named_day(found, LEXICON.ordinals[found["ordinal"].casefold()], today)


def _named_day(found: re.Match[str], day: int, today: date) -> Days:
    month = _MONTHS.index(found["month"][:3].casefold()) + 1
    if found["year"]:
        return _day(date(int(found["year"]), month, day))
    this_year = date(today.year, month, day)
    return _day(this_year if this_year >= today else date(today.year + 1, month, day))


def _month(found: re.Match[str], today: date) -> Days:
    month = _MONTHS.index(found["month"][:3].casefold()) + 1
    first = date(today.year + (month < today.month), month, 1)
    return Days(first, _month_end(first))


def _numeric(found: re.Match[str], today: date) -> Days:
    year = found["year"]
    day, month = int(found["day"]), int(found["number"])
    if year:
        return _day(date(int(year), month, day))
    this_year = date(today.year, month, day)
    return _day(this_year if this_year >= today else date(today.year + 1, month, day))


def _day_of_month(found: re.Match[str], today: date) -> Days:
    return _coming(int(found["day"]), today)


def _coming(day: int, today: date) -> Days:
    if day >= today.day:
        return _day(today.replace(day=day))
    return _day((_month_end(today) + timedelta(days=1)).replace(day=day))


def _ordinal_day(found: re.Match[str], today: date) -> Days:
    return _coming(LEXICON.ordinals[found["ordinal"].casefold()], today)


def _ahead(found: re.Match[str], today: date) -> Days:
    count = _count(found["count"])
    match found["unit"].casefold():
        case "day":
            return _day(today + timedelta(days=count))
        case "week":
            return _day(today + timedelta(weeks=count))
        case "month":
            return _day(_months_on(today, count))
        case _:
            return _day(_months_on(today, 12 * count))


def _count(text: str) -> int:
    low = text.casefold()
    if low.startswith("a"):
        return 2 if "couple" in low else 1
    return int(low) if low.isdecimal() else LEXICON.numbers[low]


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _period(found: re.Match[str], today: date) -> Days:
    later = (found.groupdict().get("which") or "").casefold() == "next"
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=later)
    match found["period"].casefold():
        case "week":
            return Days(monday, monday + timedelta(days=6))
        case "weekend":
            return Days(monday + timedelta(days=5), monday + timedelta(days=6))
        case "month":
            first = _months_on(today.replace(day=1), int(later))
            return Days(first, _month_end(first))
        case _:
            year = today.year + later
            return Days(date(year, 1, 1), date(year, 12, 31))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.-]){_LEAD}(?:{text}){_PART}(?![\w/'])", re.IGNORECASE)


_TOMORROW = r"tom+or+ow|tmrw|tmr"
_PERIOD = r"(?P<period>weekend|week|month|year)"
_NUMBER = r"(?P<number>1[0-2]|0?[1-9])"
_BIG_DAY = r"(?P<day>1[3-9]|2\d|3[01])"
_ORDINAL = (
    rf"(?P<ordinal>{'|'.join(w for w, n in LEXICON.ordinals.items() if n > 0 and w != 'top')})"
)
_OF_MONTH = r"(?: of (?:the|this|next) month)?"
_SLASH_YEAR = r"(?:/(?P<year>20\d\d))?"
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_pattern(r"(?P<iso>\d{4}-\d\d-\d\d)"), _iso),
    (_pattern(rf"(?:the )?day after (?:{_TOMORROW})"), _in(2)),
    (_pattern(_TOMORROW), _in(1)),
    (_pattern(r"(?:later )?today|eod|(?:the )?end of (?:the |this )?day"), _in(0)),
    (_pattern(r"(?P<keep>tonight|this (?:morning|afternoon|evening))"), _in(0)),
    (_pattern(r"yesterday"), _in(-1)),
    (_pattern(rf"(?:(?:this )?coming )?(?:(?P<which>this|next) )?{_WEEKDAY}"), _weekday),
    (_pattern(rf"{_DAY}(?: of)? {_MONTH}{_YEAR}"), _calendar),
    (_pattern(rf"{_MONTH} {_DAY}{_YEAR}"), _calendar),
    (_pattern(rf"{_MONTH} (?:the )?{_ORDINAL}{_YEAR}"), _spoken),
    (_pattern(rf"(?:the )?{_ORDINAL} of {_MONTH}{_YEAR}"), _spoken),
    (_pattern(rf"(?P<day>\d\d?)\.{_NUMBER}\.(?P<year>20\d\d)?"), _numeric),
    # 3/4 is read differently in different countries, and is left alone.
    (_pattern(rf"{_BIG_DAY}/{_NUMBER}{_SLASH_YEAR}"), _numeric),
    (_pattern(rf"{_NUMBER}/{_BIG_DAY}{_SLASH_YEAR}"), _numeric),
    (
        _pattern(r"(?:on |by )?the (?P<day>\d\d?)(?:st|nd|rd|th)(?! (?:of|time|one|task|item)\b)"),
        _day_of_month,
    ),
    (_pattern(rf"(?:on|by|for|until|till|before) the {_ORDINAL}{_OF_MONTH}$"), _ordinal_day),
    (_pattern(rf"in {_COUNT} {_UNIT}(?: time)?"), _ahead),
    (_pattern(rf"{_COUNT} {_UNIT} from (?:now|today)"), _ahead),
    (_pattern(rf"(?:the )?(?:end of |later )?(?P<which>this|next) {_PERIOD}"), _period),
    (_pattern(rf"(?:the )?end of (?:the )?{_PERIOD}"), _period),
    (_pattern(rf"(?:the )?end of (?P<full>{_MONTH})"), _month),
    (_pattern(r"the (?P<period>weekend)"), _period),
    (_pattern(rf"(?:in|until|till|by|before) (?P<full>{_MONTH})"), _month),
)


_SPAN = re.compile(rf"(?:another )?{_COUNT}?(?: ?more)? ?{_UNIT}", re.IGNORECASE)
_AFTER_DATE = {"to", "that", "i", "at", "for", "about"}
_UNITS = {
    "day": Shift(days=1),
    "week": Shift(days=7),
    "month": Shift(months=1),
    "year": Shift(months=12),
}


def span(text: str, *, back: bool = False) -> Shift | None:
    """Read "two weeks" or "another day" as how far to move a date; `back` moves it to be sooner."""
    found = _SPAN.fullmatch(text.strip())
    if not found:
        return None
    unit, count = _UNITS[found["unit"].casefold()], _count(found["count"] or "a")
    count = -count if back else count
    return Shift(unit.days * count, unit.months * count)


def shifted(day: date, by: Shift) -> date:
    """Move a day; the 31st becomes the last day of a shorter month."""
    return _months_on(day, by.months) + timedelta(days=by.days)


@lru_cache(REMEMBERED)
def find(text: str, today: date) -> tuple[Found, ...]:
    """Return every date that `text` names, the longest wording first where several overlap."""
    found = (f for pattern, read in _READERS for f in _read(pattern, read, text, today))
    taken: list[Found] = []
    for one in sorted(found, key=lambda f: f.start - f.end):
        if all(one.end <= other.start or one.start >= other.end for other in taken):
            taken.append(one)
    return tuple(taken)


def _read(pattern: re.Pattern[str], read: _Reader, text: str, today: date) -> Iterator[Found]:
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

"""How days are named in everyday English."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from chat_api.assistant.lexicon import LEXICON, PATTERNS


@dataclass(frozen=True)
class Days:
    """A first and a last day; a task is due on the last."""

    first: date
    last: date


Reader = Callable[[re.Match[str], date], Days]

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
# The words of the lexicon take the place of these three when a pattern is compiled.
COUNT, _ORDINAL, _CLOCK = "%count%", "%ordinal%", "%clock%"
UNIT = r"(?P<unit>day|week|month|year)s?"
_LEAD = (
    r"(?:\b(?:(?:and |it's |that's |is )*(?:due(?: date)?|deadline)(?: is)?:?|by|on|before"
    r"|until|till|for|from|starting|at|no later than|within|during)(?: the)?\s)*"
)
_PART = (
    r"(?:'s)?(?: (?:in the )?(?P<part>morning|afternoon|evening|night))?"
    rf"(?:,? (?P<clock>{_CLOCK}))?"
)


def _day(day: date) -> Days:
    return Days(day, day)


def _in(offset: int) -> Reader:
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
    return _next_time(month, day, today)


def _next_time(month: int, day: int, today: date) -> Days:
    """Return the day of the year that comes next, which may be today."""
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
    return _next_time(month, day, today)


def _either(found: re.Match[str], today: date) -> Days:
    years = [int(found["year"])] if found["year"] else [today.year, today.year + 1]
    one, other = int(found["one"]), int(found["other"])
    readings = {date(y, *pair) for y in years for pair in ((one, other), (other, one))}
    return _day(min((d for d in readings if d >= today), default=max(readings)))


def _counted_from(found: re.Match[str], today: date) -> Days:
    near = {"today": 0, "tomorrow": 1}.get((found["near"] or "").casefold())
    base = _weekday(found, today).first if near is None else today + timedelta(days=near)
    return _ahead(found, base)


def _coming_days(found: re.Match[str], today: date) -> Days:
    return Days(today, _ahead(found, today).last)


def _holiday(found: re.Match[str], today: date) -> Days:
    month, day = next(md for name, md in _HOLIDAYS.items() if found[name])
    return _next_time(month, day, today)


def _day_of_month(found: re.Match[str], today: date) -> Days:
    return _coming(int(found["day"]), today)


def _coming(day: int, today: date) -> Days:
    month = today if day >= today.day else _month_end(today) + timedelta(days=1)
    if day > 31:
        raise ValueError
    while day > _month_end(month).day:
        month = _month_end(month) + timedelta(days=1)
    return _day(month.replace(day=day))


def _ordinal_day(found: re.Match[str], today: date) -> Days:
    return _coming(LEXICON.ordinals[found["ordinal"].casefold()], today)


def _ahead(found: re.Match[str], today: date) -> Days:
    count = count_of(found["count"])
    match found["unit"].casefold():
        case "day":
            return _day(today + timedelta(days=count))
        case "week":
            return _day(today + timedelta(weeks=count))
        case "month":
            return _day(months_on(today, count))
        case _:
            return _day(months_on(today, 12 * count))


def count_of(text: str) -> int:
    """Return the number in "two", "a" or "3"."""
    low = text.casefold()
    if low.startswith("a"):
        return 2 if "couple" in low else 1
    return int(low) if low.isdecimal() else LEXICON.numbers[low]


def months_on(day: date, months: int) -> date:
    """Return a day so many months on; the 31st becomes the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _period(found: re.Match[str], today: date) -> Days:
    later = (found.groupdict().get("which") or "").casefold() == "next"
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=later)
    match found["period"].casefold():
        case "week" | "eow":
            return Days(monday, monday + timedelta(days=6))
        case "weekend":
            return Days(monday + timedelta(days=5), monday + timedelta(days=6))
        case "month":
            first = months_on(today.replace(day=1), int(later))
            return Days(first, _month_end(first))
        case _:
            year = today.year + later
            return Days(date(year, 1, 1), date(year, 12, 31))


def _pattern(text: str) -> str:
    return rf"(?<![\w/.-]){_LEAD}(?:{text}){_PART}(?![\w/'])"


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that may hold `COUNT`."""
    for place, words in _word_groups().items():
        pattern = pattern.replace(place, words)
    return re.compile(pattern, re.IGNORECASE)


@cache
def _word_groups() -> dict[str, str]:
    ordinals = (word for word, place in LEXICON.ordinals.items() if place > 0 and word != "top")
    return {
        COUNT: r"(?P<count>\d{1,3}|an?|a couple of|" + "|".join(LEXICON.numbers) + ")",
        _ORDINAL: f"(?P<ordinal>{'|'.join(ordinals)})",
        _CLOCK: f"(?:{PATTERNS['clock_behind'].pattern})",
    }


@cache
def readers() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """Return the patterns of wordings, each with what it means on a given day."""
    return tuple((compiled(pattern), read) for pattern, read in _READERS)


_TOMORROW = r"tom+or+ow|tmrw|tmr"
_PERIOD = r"(?P<period>weekend|week|month|year)"
_NUMBER = r"(?P<number>1[0-2]|0?[1-9])"
_TO_12 = r"1[0-2]|0?[1-9]"
_BIG_DAY = r"(?P<day>1[3-9]|2\d|3[01])"
_OF_MONTH = r"(?: of (?:the|this|next) month)?"
_SLASH_YEAR = r"(?:/(?P<year>20\d\d))?"
_BASE = rf"(?:(?P<near>today|tomorrow)|(?:(?P<which>next|this) )?{_WEEKDAY})"
_HOLIDAYS = {"christmas_eve": (12, 24), "christmas": (12, 25), "eve": (12, 31), "new_year": (1, 1)}
# "The christmas list" is no list for a day.
_ANY_HOLIDAY = (
    r"(?:(?:by|on|due|before|until|till|for|at|after) |^)"
    r"(?:(?P<christmas_eve>(?:christmas|xmas) eve)|(?P<christmas>(?:christmas|xmas)(?: day)?)"
    r"|(?P<eve>new year'?s eve)|(?P<new_year>new year'?s(?: day)?))(?! \w)"
)
_READERS: tuple[tuple[str, Reader], ...] = (
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
    # 3/4 is read differently in different countries: whichever comes first is taken, and told.
    (_pattern(rf"(?P<one>{_TO_12})/(?P<other>{_TO_12})(?:/(?P<year>20\d\d))?"), _either),
    (_pattern(rf"{_BIG_DAY}/{_NUMBER}{_SLASH_YEAR}"), _numeric),
    (_pattern(rf"{_NUMBER}/{_BIG_DAY}{_SLASH_YEAR}"), _numeric),
    (
        _pattern(r"(?:on |by )?the (?P<day>\d\d?)(?:st|nd|rd|th)(?! (?:of|time|one|task|item)\b)"),
        _day_of_month,
    ),
    (_pattern(rf"(?:on|by|for|until|till|before) the {_ORDINAL}{_OF_MONTH}$"), _ordinal_day),
    (_pattern(rf"in {COUNT} {UNIT}(?: time)?"), _ahead),
    (_pattern(rf"{COUNT} {UNIT} from (?:now|today)"), _ahead),
    (_pattern(r"(?:in )?a fortnight(?:'s time| from now)?"), _in(14)),
    (_pattern(rf"{COUNT} {UNIT} (?:from|after) {_BASE}"), _counted_from),
    (_pattern(rf"(?:the )?(?:next|coming|following) {COUNT} {UNIT}"), _coming_days),
    (_pattern(rf"within (?:the next )?{COUNT} {UNIT}"), _coming_days),
    (_pattern(rf"{_WEEKDAY},? (?:of )?(?P<which>next) week"), _weekday),
    (_pattern(rf"(?P<which>next) week(?:,| on)? {_WEEKDAY}"), _weekday),
    (_pattern(_ANY_HOLIDAY), _holiday),
    (_pattern(r"(?P<period>eow)"), _period),
    (_pattern(rf"(?:the )?(?:end of |later )?(?P<which>this|next) {_PERIOD}"), _period),
    (_pattern(rf"(?:the )?end of (?:the )?{_PERIOD}"), _period),
    (_pattern(rf"(?:the )?end of (?P<full>{_MONTH})"), _month),
    (_pattern(r"the (?P<period>weekend)"), _period),
    (_pattern(rf"(?:in|until|till|by|before) (?P<full>{_MONTH})"), _month),
)

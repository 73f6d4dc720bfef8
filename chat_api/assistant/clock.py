"""The grammar of counts, of lengths of time and of times of day."""

import re
from datetime import time, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from chat_api.assistant import words as w
from chat_api.assistant.text import (
    Cursor,
    Token,
    behind,
    kind,
    maybe,
    one_of,
    phrase,
    shape,
    table,
    word,
)

_MOST = 9999
_FIGURES = re.compile(r"(\d{1,2})\.?(\d\d)")
_AT = frozenset({"at", "@", "by", "around"})
_HOURS = frozenset({"hrs", "hours", "h", "uhr"})
_LATE, _HALF_DAY = 6, 12
_SURE = 0.8
_BEFORE_LENGTHS = frozenset({"in", "for", "within", "after", "about"})
_HALVES_OF_DAY = {"a": 0, "p": 12}
_TO = frozenset({"to", "till", "til"})


class Length(NamedTuple):
    """A length of time; months have no fixed number of minutes."""

    months: int = 0
    minutes: int = 0

    @property
    def short(self) -> bool:
        """Whether it is one of minutes and hours."""
        return not self.months and (self.minutes % 1440 != 0 or self.minutes == 0)

    def value(self, sign: int = 1) -> timedelta | relativedelta:
        """Return what is added to a date or a time."""
        if self.months:
            return relativedelta(months=sign * self.months)
        return timedelta(minutes=sign * self.minutes)


class Clock(NamedTuple):
    """A time of day as far as it was given.

    Attributes:
        at: The time.
        part: The part of the day, if the time is nothing else.
        open: Whether it may be in either half of the day.
        sure: Confidence that it is a time.

    """

    at: time
    part: str = ""
    open: bool = False
    sure: float = 1.0

    def within(self, part_of_day: str) -> time:
        """Return the time in a part of the day; without one, when people are usually awake."""
        if not self.open:
            return self.at
        if part_of_day in w.MORNING:
            return self.at.replace(hour=self.at.hour % 12)
        late = self.at.hour < 12 if part_of_day else self.at.hour < 7
        return self.at.replace(hour=self.at.hour + 12) if late else self.at


@shape(kind("number"))
def figure(_: Cursor, token: Token) -> int | None:
    """Read a whole number in digits."""
    return int(token.text) if token.text.isdecimal() else None


@shape()
def count(cursor: Cursor) -> float | None:
    """Read "3", "1.5", "three", "a", "a couple of", "a few" or "twenty five"."""
    token = cursor.kind("number") or cursor.kind("dotted")
    if token:
        return float(token.text) if float(token.text) <= _MOST else None
    tens = cursor.phrase(w.FEW) or cursor.take(w.NUMBERS)
    ones = w.NUMBERS.get(cursor.peek().text, 10) if tens and tens >= 20 else 10
    if tens and ones < 10:
        cursor.at += 1
        return tens + ones
    return tens


@shape(figure, w.ORDINAL_ENDINGS)
def _figure_ordinal(cursor: Cursor, number: int, _: str) -> int | None:
    return number if cursor.peek(-1).glued else None


def ordinal(cursor: Cursor) -> int | None:
    """Read "3rd" or "third"."""
    return _figure_ordinal(cursor) or cursor.take(w.ORDINALS)


@shape(count, maybe("and a half"), w.UNITS)
def _counted(cursor: Cursor, number: float, half: bool | None, size: int) -> Length | None:
    unit = cursor.peek(-1)
    if unit.text in w.SHORT_UNITS and not unit.glued:
        return None
    total = round((number + 0.5 * bool(half or cursor.eat("and", "a", "half"))) * size)
    return Length(months=total) if unit.text in w.UNIT_MONTHS else Length(minutes=total)


@shape(figure, kind("word"))
def _french(_: Cursor, hours: int, rest: Token) -> tuple[int, int] | None:
    """Read "1h30" as its hours and minutes."""
    minute = rest.text[1:] if rest.glued and rest.text[0] == "h" else ""
    return (hours, int(minute)) if len(minute) == 2 and "00" <= minute < "60" else None


_in_one_word = shape(_french)(lambda _, read: Length(minutes=60 * read[0] + read[1]))
_named_length = shape(phrase(w.LENGTHS))(lambda _, minutes: Length(minutes=minutes))
_single = one_of(_named_length, _in_one_word, _counted)


@shape("and?", _single)
def _more(_: Cursor, span: Length) -> Length | None:
    return span if span.short else None


@shape(_single)
def length(cursor: Cursor, span: Length) -> Length:
    """Read "20 minutes", "half an hour", "an hour and a half", "2h 30m", "three weeks"."""
    more = None if span.months else _more(cursor)
    return Length(minutes=span.minutes + more.minutes) if more else span


_moment = shape(phrase(w.MOMENTS))(lambda _, at: Clock(at))


@shape(kind("clock"))
def _written(cursor: Cursor, token: Token) -> Clock | None:
    """Read "17:05", "9:30 pm" and "9:30p"."""
    hour, minute = map(int, token.text.split(":"))
    if 1 <= hour <= 12 and cursor.peek().glued and (letter := cursor.any(_HALVES_OF_DAY)):
        return Clock(time(hour % 12 + _HALVES_OF_DAY[letter], minute))
    return _half(cursor, hour, minute) or _at(cursor, hour, minute, token)


def _at(cursor: Cursor, hour: int, minute: int, token: Token) -> Clock | None:
    """Return a time as written in digits; "hrs" behind it is part of it."""
    if hour > 23 or minute > 59:
        return None
    sure = 1.0 if token.kind == "clock" or cursor.any(_HOURS) else 0.3
    cursor.any(_HOURS)
    return Clock(time(hour, minute), open=1 <= hour <= 12 and token.text[0] != "0", sure=sure)


_hour = one_of(figure, table(w.NUMBERS))


@shape(_hour)
def _with_half(cursor: Cursor, hour: int) -> Clock | None:
    """Read "5pm", "5 o'clock", "5ish" or "3-4pm"."""
    if hour > 23:
        return None
    found = _half(cursor, hour, 0)
    if found is None and (
        cursor.any(("oclock", "ish")) or cursor.eat("o", "clock") or cursor.eat("-", "ish")
    ):
        found = Clock(time(hour), open=1 <= hour <= 12)
    ranged = found is None and 1 <= hour <= 12 and cursor.any(("-", "–", "to"))
    end = _with_half(cursor) if ranged else None
    if end and not end.open:
        later = hour % 12 + 12
        return Clock(time(later if later < end.at.hour else hour))
    return found


def _half(cursor: Cursor, hour: int, minute: int) -> Clock | None:
    half = cursor.any(("am", "pm")) if 1 <= hour <= 23 else ""
    if not half:
        return None
    if not cursor.eat("-", "ish"):
        cursor.any(("ish",))
    hour = hour if hour > 12 else hour % 12 + (12 if half == "pm" else 0)
    return Clock(time(hour, minute))


@shape(table(w.NUMBERS), count)
def _spoken(cursor: Cursor, hour: int, minutes: float) -> Clock | None:
    """Read "seven thirty", "six fifteen pm", as they are dictated."""
    if not 1 <= hour <= 12 or minutes not in {15, 30, 45}:
        return None
    return _half(cursor, hour, int(minutes)) or Clock(time(hour, int(minutes)), open=True)


@shape(figure, kind("word"))
def _hours(cursor: Cursor, hour: int, unit: Token) -> Clock | None:
    """Read "20h", "14 h 30" and "3p"; early hours alone are lengths as well."""
    if unit.glued and unit.text in _HALVES_OF_DAY and 1 <= hour <= 12:
        return Clock(time(hour % 12 + _HALVES_OF_DAY[unit.text]), sure=0.3)
    minute = figure(cursor) if unit.text == "h" else None
    if unit.text != "h" or hour > 23 or (minute or 0) > 59 or not (unit.glued or minute):
        return None
    return Clock(time(hour, minute or 0), sure=0.8 if hour > _HALF_DAY or minute else 0.3)


@shape(_french)
def _hours_and_minutes(cursor: Cursor, read: tuple[int, int]) -> Clock | None:
    """Read "18h30"; early ones are lengths as well."""
    hour, minute = read
    late = hour > _LATE and cursor.peek(-3).text not in _BEFORE_LENGTHS
    return Clock(time(hour, minute), sure=0.8 if late else 0.3) if hour < 24 else None


@shape(one_of(kind("number"), kind("dotted")))
def _digits(cursor: Cursor, token: Token) -> Clock | None:
    """Read "0600", "1030 hrs", "730pm", "4.30" and "4.30 pm", which may be numbers as well."""
    written = _FIGURES.fullmatch(token.text)
    hour, minute = map(int, written.groups()) if written else (24, 0)
    found = _half(cursor, hour, minute) or _at(cursor, hour, minute, token)
    if found is None or found.sure == 1:
        return found
    before, following = cursor.peek(-2).text, cursor.peek()
    led = before in _AT | w.OWNING
    year = token.kind == "number" and hour in {19, 20} and (not led or before == "by")
    number = len(token.text) == len("730") and not (before in w.OWNING and cursor.ended)
    counts = following.kind == "word" and following.text[-1] == "s"
    return None if year or number or counts or (minute % 5 and not led) else found


# A time where a day, or a word like "at", stands beside it; by itself it may well be a number.
digits = one_of(_hours_and_minutes, _hours, _digits)


@shape(_hour)
def _of_part(cursor: Cursor, hour: int) -> Clock | None:
    """Read the "6" of "6 in the morning"."""
    parted = cursor.peek().text in {"in", "at"} and (
        cursor.peek(1).text in w.PARTS or cursor.peek(2).text in w.PARTS
    )
    return Clock(time(hour), open=True) if parted and 1 <= hour <= 12 else None


@shape(_hour)
def _few_minutes(cursor: Cursor, minutes: int) -> int | None:
    """Read the "ten" of "ten to four"; "1 to 3" and "9 till 12" are spans."""
    digits = cursor.peek(-1).kind == "number" and cursor.peek().text in _TO
    led = cursor.peek(-2).text in _AT | {"before", "a"}
    return minutes if minutes < 30 and (led or not digits) else None


@shape(
    one_of(table(w.HALVES), _few_minutes), "minutes|min|mins?", "-?",
    maybe(word("past|to|till")), "-?", _hour,
)  # fmt: skip
def _past(cursor: Cursor, minutes: int, relation: str | None, hour: int) -> Clock | None:
    """Read "half past six", "quarter to 9", "ten past 4", "half 3"."""
    if not (relation or minutes == 30) or not 1 <= hour <= 12:
        return None
    total = hour * 60 + (minutes if relation in {"past", None} else -minutes)
    half = _half(cursor, total // 60 or 12, total % 60)
    return half or Clock(time(total // 60 or 12, total % 60), open=True)


@shape(_hour, "till|til|until", _hour)
def _till(cursor: Cursor, first: int, last: int) -> Clock | None:
    """Read "9 till 12"; of "at 9 until 12 december" the end is a day."""
    hours = max(first, last) < 24 and cursor.peek().text not in w.MONTHS
    return Clock(time(first), open=first <= 12) if hours else None


# A time that can be nothing else: "17:05", "5pm", "half past six", "noon".
clock = behind(
    "around|about|exactly|approx?", "a?",
    one_of(_moment, _written, _past, _spoken, _with_half, _of_part, _till),
    "sharp|latest|exactly?",
)  # fmt: skip


@shape("in?", "the?", "early|late?", w.PARTS)
def part(cursor: Cursor, at: time) -> Clock:
    """Read "morning", "in the evening"."""
    return Clock(at, part=cursor.peek(-1).text)


@shape(_hour)
def bare_hour(cursor: Cursor, hour: int) -> Clock | None:
    """Read the "5" of "at 5", or the "five"; unsure where a noun follows that it may count."""
    following = cursor.peek()
    if (
        not 1 <= hour <= 23
        or following.text in {"%", "percent", "th"}
        or following.text in w.MONTHS
        or following.text in w.UNITS
    ):
        return None
    sure = cursor.ended or following.text in w.PREPOSITIONS or following.text in w.WEEKDAYS
    return Clock(time(hour), open=hour <= 12, sure=0.8 if sure else 0.4)


@shape(
    one_of(_moment, _written, _with_half, digits, bare_hour), "to|and|until|-|–",
    one_of(_moment, _written, _with_half, digits, _hour),
)  # fmt: skip
def clock_span(_: Cursor, first: Clock, __: object) -> Clock:
    """Read the "10 to 11" of "from 10 to 11"; the time is its beginning."""
    return first._replace(sure=1.0)


_last = behind("till|til|until|-|–", one_of(clock, digits, bare_hour))


def past_end(cursor: Cursor) -> None:
    """Go on behind the end of a time: of "7am till 1" the beginning counts."""
    place, end = cursor.at, _last(cursor)
    if end is None or end.sure < _SURE:
        cursor.at = place

"""The grammar of days and spans of days: "june 3", "next week", "a week from monday"."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from chat_api.assistant import words as w
from chat_api.assistant.clock import Length, figure, length, ordinal
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

_NO_DATES = frozenset({"24/7"})
_PARTS = frozenset({2, 3, 4, 8})
_ONE, _WEEK = timedelta(days=1), timedelta(weeks=1)


class Days(NamedTuple):
    """A first and a last day, and how sure it is that they are days."""

    first: date
    last: date
    sure: float = 1.0


def _one(day: date | None, sure: float = 1.0) -> Days | None:
    return Days(day, day, sure) if day else None


def _on(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int, day: int, year: int | None = None) -> Days | None:
    """Return a day of the year given, or when it comes next, which may be today."""
    years = [year] if year else range(today.year, today.year + 9)
    found = (_on(each, month, day) for each in years)
    return _one(next((day for day in found if day and (year or day >= today)), None))


def _monday(today: date, weeks: int = 0) -> date:
    return today - timedelta(days=today.weekday()) + weeks * _WEEK


def _month(day: date, sure: float = 1.0) -> Days:
    return Days(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), sure)


def _period(today: date, name: str, which: int) -> Days:
    monday = _monday(today, which)
    match name:
        case "week":
            return Days(monday, monday + 6 * _ONE)
        case "weekend":
            return Days(monday + 5 * _ONE, monday + 6 * _ONE)
        case "month":
            return _month(today.replace(day=1) + relativedelta(months=which))
        case "quarter":
            first = today.replace(month=today.month - (today.month - 1) % 3, day=1)
            first += relativedelta(months=3 * which)
            return Days(first, first + relativedelta(months=3) - _ONE)
        case _:
            return Days(date(today.year + which, 1, 1), date(today.year + which, 12, 31))


@shape(",?", figure)
def _year(_: Cursor, year: int) -> int | None:
    return year if 1900 <= year < 2200 else None


@shape("the?", w.WHICH, maybe(w.WHICH))
def _which(_: Cursor, which: int, coming: int | None) -> int:
    """Read "this", "next" or "last", also in "this coming"."""
    return coming or which


@shape("the?", one_of(ordinal, figure))
def month_day(_: Cursor, number: int) -> int | None:
    """Read "3", "3rd" or "the third" as it stands beside the name of a month."""
    return number if 1 <= number <= 31 else None


@shape("the?", maybe(word("day")), maybe(word("after|before")), w.RELATIVE_DAYS)
def _relative(cursor: Cursor, day: str | None, beyond: str | None, offset: int) -> Days | None:
    """Read "tomorrow" and "the day after tomorrow"."""
    step = {"after": 1, "before": -1, None: 0}[beyond]
    return _one(cursor.today + (offset + step) * _ONE) if bool(day) == bool(beyond) else None


@shape("the?", "day", "after")
def _day_after(cursor: Cursor) -> Days | None:
    """Read "the day after" behind another day: "not tomorrow but the day after"."""
    before = [w.RELATIVE_DAYS.get(each.text) for each in cursor.tokens[: cursor.at]]
    named = [offset for offset in before if offset is not None]
    return _one(cursor.today + (named[-1] + 1) * _ONE) if named else None


@shape(maybe(_which), w.WEEKDAYS)
def _weekday(cursor: Cursor, which: int | None, weekday: int) -> Days | None:
    """Read "friday" as the next one, and "next friday" as the one of next week."""
    unsure = cursor.peek(-1).text in w.AMBIGUOUS and which is None
    if which == 1:
        return _one(_monday(cursor.today, 1) + weekday * _ONE)
    ahead = (weekday - cursor.today.weekday()) % 7
    if which is None:
        ahead += (0 if ahead else 7) + 7 * cursor.eat("week")
    return _one(cursor.today + (ahead - 7 * (which == -1)) * _ONE, 0.4 if unsure else 1.0)


_weekday_of_week = shape(w.WEEKDAYS, "of?", _which, "week")(
    lambda cursor, day, which: _one(_monday(cursor.today, which) + day * _ONE)
)
_week_on_weekday = shape(_which, "week", "on?", w.WEEKDAYS)(
    lambda cursor, which, day: _one(_monday(cursor.today, which) + day * _ONE)
)


@shape(maybe(word("the|my")), maybe(_which), w.PERIODS)
def _named_period(
    cursor: Cursor, definite: str | None, which: int | None, name: str
) -> Days | None:
    """Read "this week", "the weekend", "next month"."""
    return _period(cursor.today, name, which or 0) if definite or which is not None else None


@shape(maybe(_which), w.MONTHS, maybe(_year))
def _month_alone(cursor: Cursor, which: int | None, month: int, year: int | None) -> Days | None:
    """Read "june" or "march 2027"; "31 february" is no day, and no month either."""
    place = -2 if year is None else -3
    beside = (cursor.peek(place).kind, "" if year else cursor.peek().kind)
    if which is None and "number" in beside:
        return None
    today, name = cursor.today, cursor.peek(place + 1).text
    ahead = (month < today.month) + (which == 1 and month == today.month) - (which == -1)
    sure = 1.0 if year or which is not None else 0.4 if name in w.AMBIGUOUS else 0.6
    return _month(date(year or today.year + ahead, month, 1), sure)


period = one_of(_named_period, _month_alone)


_bare_period = shape(w.PERIODS)(lambda cursor, name: _period(cursor.today, name, 0))
_period_end = shape(w.PERIODS, "-?", "end")(
    lambda cursor, name: _one(_period(cursor.today, name, 0).last, 0.4)
)
_abbreviated_end = shape(w.ENDS)(lambda cursor, name: _one(_period(cursor.today, name, 0).last))


@shape("the?", w.EDGES, "of|-?", one_of(period, _bare_period))
def _edge(_: Cursor, edge: str, whole: Days) -> Days | None:
    """Read "end of the month", "the start of next week", "mid june"."""
    if edge in {"middle", "mid"}:
        return _one(whole.first + (whole.last - whole.first) // 2)
    return _one(whole.last if edge == "end" else whole.first)


_day_and_month = shape(month_day, "of?", w.MONTHS, maybe(_year))(
    lambda cursor, day, month, year: _coming(cursor.today, month, day, year)
)


_until_day = shape("-|–|to", month_day)(
    lambda cursor, day: None if cursor.peek().text in w.COUNTED else day
)


@shape(w.MONTHS, month_day, maybe(_until_day), maybe(_year))
def _month_and_day(
    cursor: Cursor, month: int, day: int, last: int | None, year: int | None
) -> Days | None:
    """Read "june 3", "june the third 2027", "dec 3-7"."""
    if cursor.peek().text in {"pm", "am", "oclock"}:
        return None
    first = _coming(cursor.today, month, day, year)
    end = _on(first.first.year, month, last) if first and last else None
    return Days(first.first, end) if first and end and end > first.first else first


@shape(figure, one_of(word("-|–|to"), word("and")), month_day, "of?", w.MONTHS)
def _span_of_month(cursor: Cursor, first: int, joined: str, last: int, month: int) -> Days | None:
    """Read "12-15 june", "between 12 and 15 june"."""
    if joined == "and" and not any(each.text == "between" for each in cursor.tokens[: cursor.at]):
        return None
    start, end = (_coming(cursor.today, month, day) for day in (first, last))
    return Days(start.first, end.last) if start and end and start.first < end.last else None


calendar_day = one_of(_span_of_month, _day_and_month, _month_and_day)


@shape(one_of(kind("iso"), kind("slashdate"), kind("dotdate")))
def _numeric(cursor: Cursor, token: Token) -> Days | None:
    """Read "2026-12-01", "3.6." and "6/3": the month first unless it can't be or is past.

    "3/4 inch" is a part of an inch.
    """
    parts = [int(n) for n in re.findall(r"\d+", token.text)]
    if token.kind == "iso":
        return _one(_on(*parts))
    first, second, *years = parts
    year = years[0] + (2000 if years[0] < 100 else 0) if years else None
    by_day = _coming(cursor.today, second, first, year) if second <= 12 and first else None
    by_month = _coming(cursor.today, first, second, year) if 1 <= first <= 12 else None
    if token.kind == "dotdate" or not by_month or not by_day:
        no_date = token.text in _NO_DATES or (token.kind == "dotdate" and not by_day)
        return None if no_date else by_day or by_month
    past = by_month.first < cursor.today <= by_day.first
    led = cursor.peek(-2).text in w.DAY_LEADS or cursor.ended
    is_part = first < second in _PARTS and not led and cursor.peek().text not in w.PREPOSITIONS
    return None if is_part and not years else by_day if past else by_month


@shape("of|in", one_of(period, _bare_period))
def _of_month(cursor: Cursor, whole: Days) -> Days | None:
    """Read "of the month", "of next month", "in june"; the month at hand has the number 0."""
    here = cursor.peek(-1).text == "month" and cursor.peek(-2).text in {"the", "of", "in"}
    month = 26 < (whole.last - whole.first).days < 32
    return whole._replace(sure=not here) if month else None


@shape("on?", "the?", one_of(table(w.PLACES), ordinal), maybe(w.WEEKDAYS), "day?", _of_month)
def _nth(cursor: Cursor, place: int, weekday: int | None, month: Days) -> Days | None:
    """Read "first of the month", "last day of june", "the second tuesday of may"."""
    months = [month] if month.sure else [month, _month(month.last + _ONE)]
    found = [_in_month(each, place, weekday) for each in months]
    return _one(next((day for day in found if day and (day >= cursor.today or month.sure)), None))


def _in_month(month: Days, place: int, weekday: int | None) -> date | None:
    span = range((month.last - month.first).days + 1)
    days = [month.first + n * _ONE for n in span]
    fitting = [day for day in days if weekday in {None, day.weekday()}]
    index = place - 1 if place > 0 else place
    return fitting[index] if -len(fitting) <= index < len(fitting) else None


@shape(maybe(word("the")), ordinal)
def _day_of_month(cursor: Cursor, definite: str | None, day: int) -> Days | None:
    """Read "the 3rd", "on the first", "due 1st", "sorry, 18th"."""
    numeric = cursor.peek(-1).text in w.ORDINAL_ENDINGS
    before = cursor.peek(-2 - numeric - bool(definite))
    before = cursor.peek(-3 - numeric - bool(definite)) if before.text == "," else before
    led = before.text in w.DAY_LEADS and (numeric or cursor.ended)
    led = led or (numeric and before.text in w.REPAIRS)
    if not (led or (definite and numeric)) or cursor.peek().text in w.RANKED:
        return None
    return _next_with(cursor.today, day)


def _next_with(today: date, day: int) -> Days | None:
    starts = (today.replace(day=1) + relativedelta(months=n) for n in range(13))
    dates = (_on(start.year, start.month, day) for start in starts)
    return _one(next((found for found in dates if found and found >= today), None), 0.8)


@shape("the?", "day", month_day)
def _numbered_day(cursor: Cursor, day: int) -> Days | None:
    """Read "day 18", "the day 17"; "day 3 of the course" is another one's."""
    named = cursor.peek(-3).text in {"is", "its", "thats"}
    return _next_with(cursor.today, day) if cursor.ended and not named else None


_long = shape(length)(lambda _, span: None if span.short else span)


@shape(_which, _long)
def _days_around(cursor: Cursor, which: int, span: Length) -> Days | None:
    """Read "the next 3 days", "last two weeks"."""
    far = cursor.today + span.value(which)
    return Days(min(far, cursor.today), max(far, cursor.today)) if which else None


@shape()
def _days_ahead(cursor: Cursor) -> Days | None:
    """Read "in 3 days", "two days from now", "2 weeks ago"."""
    lead = cursor.any(("in", "within")) or cursor.peek(-1).text in {"in", "within"}
    span = _long(cursor)
    if span is None:
        return None
    cursor.eat("time")
    if cursor.eat("ago"):
        return _one(cursor.today + span.value(-1))
    behind = cursor.eat("from", "now") or cursor.eat("from", "today")
    return _one(cursor.today + span.value()) if lead or behind else None


@shape(phrase(w.HOLIDAYS))
def _holiday(cursor: Cursor, day: tuple[int, int]) -> Days | None:
    found = _coming(cursor.today, *day)
    return found._replace(sure=0.4) if found else None


_base = one_of(_relative, _weekday, calendar_day, _numeric, _holiday)


@shape(_long, maybe(word("from|after|before|on")), _base)
def _days_from(cursor: Cursor, span: Length, relation: str | None, base: Days) -> Days | None:
    """Read "a week from monday", "two weeks today", "two days before christmas"."""
    in_weeks = not span.months and span.minutes % (7 * 1440) == 0
    if not relation and not in_weeks and base.first > cursor.today + _ONE:
        return None
    return _one(base.first + span.value(-1 if relation == "before" else 1))


@shape(ordinal)
def _bare_day(cursor: Cursor, day: int) -> Days | None:
    """Read the "11th" of "friday 11th"; "friday 2nd coat" has none."""
    numeric = cursor.peek(-1).text in w.ORDINAL_ENDINGS
    alone = cursor.ended or cursor.peek().text in w.PREPOSITIONS
    return _next_with(cursor.today, day) if numeric and alone else None


# "Thursday the 3rd" is the 3rd.
_dated_weekday = behind(w.WEEKDAYS, ",?", one_of(calendar_day, _day_of_month, _numeric, _bare_day))
_day = one_of(
    _dated_weekday,
    _relative, _day_after, _days_around, _days_from, _days_ahead,
    _weekday_of_week, _week_on_weekday, _weekday,
    calendar_day, _numeric, _nth, _day_of_month, _numbered_day, _edge, _period_end,
    _abbreviated_end, period, _holiday,
)  # fmt: skip


# A day or a span of days without what stands before it.
days = behind("later|early|late?", _day)

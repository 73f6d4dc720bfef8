"""The grammar of repeats: "every other friday at 5", "mondays", "monthly on the 15th"."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import time, timedelta

from chat_api.assistant import words as w
from chat_api.assistant.clock import (
    Clock,
    Length,
    bare_hour,
    clock,
    count,
    digits,
    figure,
    length,
    ordinal,
    part,
)
from chat_api.assistant.days import Days, days, month_day
from chat_api.assistant.entity import Repeat
from chat_api.assistant.text import Cursor, Match, behind, maybe, one_of, shape, table, word

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ANY_WEEKDAY = w.WEEKDAYS | w.MANY_WEEKDAYS
_SETS = w.DAYS_OF_SET | w.MANY_SETS
_FORMS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "COUNT", "UNTIL")
_MOST = 999
_LAST_OF_MONTH = 31
_SEVERAL = 3
_Parts = dict[str, str]


@dataclass
class _Rule:
    """The parts of a rule as they are read, under the names of RFC 5545."""

    parts: _Parts
    at: time | None = None
    after_completion: bool = False

    @property
    def value(self) -> Repeat:
        """The rule with its parts in the usual order."""
        parts = {name: self.parts[name] for name in _FORMS if self.parts.get(name)}
        if parts.get("INTERVAL") == "1":
            del parts["INTERVAL"]
        text = ";".join(f"{name}={value}" for name, value in parts.items())
        return Repeat(text, self.at, self.after_completion)

    @property
    def possible(self) -> bool:
        """Whether some day fits it."""
        month = int(self.parts.get("BYMONTH") or 1)
        day = max(map(int, (self.parts.get("BYMONTHDAY") or "1").split(",")))
        counts = (int(self.parts.get(name) or 1) for name in ("INTERVAL", "COUNT"))
        return day <= monthrange(2000, month)[1] and all(1 <= each <= _MOST for each in counts)


@shape(w.WEEKDAYS, "-|–|to|through|thru", w.WEEKDAYS)
def _day_span(_: Cursor, first: int, last: int) -> tuple[int, ...]:
    return tuple(day % 7 for day in range(first, first + (last - first) % 7 + 1))


_group = one_of(_day_span, shape(_ANY_WEEKDAY)(lambda _, day: (day,)), table(_SETS))


def _weekdays(cursor: Cursor) -> str | None:
    """Read days of the week joined by commas, "and" and "to", as BYDAY has them."""
    found: set[int] = set()
    place = cursor.at
    while group := _group(cursor):
        found.update(group)
        place = cursor.at
        cursor.eat(",")
        cursor.any(("and", "&", "or", "n", "+", "/"))
        cursor.any(w.EVERY)
    cursor.at = place
    return ",".join(DAY_CODES[each] for each in sorted(found)) or None


def _monthly(place: int, day: str) -> _Parts | None:
    if not day:
        return {"FREQ": "MONTHLY", "BYMONTHDAY": str(place)} if place <= _LAST_OF_MONTH else None
    if "," in day:
        return {"FREQ": "MONTHLY", "BYDAY": day, "BYSETPOS": str(place)}
    return {"FREQ": "MONTHLY", "BYDAY": f"{place}{day}"} if place <= 5 else None


_weekday = shape(w.WEEKDAYS)(lambda _, day: DAY_CODES[day])
_working_day = shape("weekday|workday")(lambda _: "MO,TU,WE,TH,FR")
_day_name = one_of(_weekday, _working_day)
_place = one_of(table(w.PLACES), ordinal)


@shape(w.EVERY, _place, maybe(_day_name))
def _every_nth(cursor: Cursor, _: str, place: int, day: str | None) -> _Parts | None:
    """Read "every first monday" and "every 15th"; "every third day" has an interval."""
    if cursor.peek().text in {"of", "in"}:
        return None
    numeric = cursor.peek(-1).text in w.ORDINAL_ENDINGS and cursor.ended
    return _monthly(place, day or "") if numeric or (day and place in {1, -1}) else None


@shape(maybe(w.EVERY), "on?", "the?", _place, maybe(_day_name), maybe(word("day")), "of|in?",
       maybe(w.EVERY), "the|d?", "month")  # fmt: skip
def _nth_of_month(
    cursor: Cursor,
    every: str | None,
    place: int,
    day: str | None,
    whole: str | None,
    each: str | None,
) -> _Parts | None:
    """Read "the first of every month", which "the first of the month" is not: that is a day."""
    # "The first month" is none, "the fifth every month" is.
    if not each and cursor.tokens[cursor.at - 2].text not in {"of", "in", "the", "d"}:
        return None
    alone = place < 0 and not day and not whole
    return _monthly(place, day or "") if (every or each or day) and not alone else None


@shape("the?", ordinal, "monthly")
def _nth_monthly(cursor: Cursor, day: int) -> _Parts | None:
    """Read "14th monthly"; "the first monthly report" is none."""
    return _monthly(day, "") if cursor.peek(-2).text in w.ORDINAL_ENDINGS else None


_next_place = behind("and|&|,", maybe(w.EVERY), "the?", ordinal)


_of_month = behind("of|in", w.EVERY | {"the"}, word("month"))


@shape(w.EVERY, ordinal, _next_place, maybe(_of_month))
def _every_nths(_: Cursor, __: str, first: int, last: int, ___: str | None) -> _Parts | None:
    """Read "every 1st and 15th"."""
    fit = first < last <= _LAST_OF_MONTH
    return {"FREQ": "MONTHLY", "BYMONTHDAY": f"{first},{last}"} if fit else None


@shape(w.EVERY, "the?", "day?", figure, "of|in", "the|each|every?", "month")
def _every_numbered(_: Cursor, __: str, day: int) -> _Parts | None:
    """Read "every 1 of the month"."""
    return _monthly(day, "")


def _yearly(month: int, day: int | None) -> _Parts:
    return {"FREQ": "YEARLY", "BYMONTH": str(month), "BYMONTHDAY": str(day or "")}


_every_month_day = shape(behind(w.EVERY, w.MONTHS), maybe(month_day))(
    lambda _, month, day: _yearly(month, day)
)
_every_day_of_month = shape(behind(w.EVERY, month_day), "of?", w.MONTHS)(
    lambda _, day, month: _yearly(month, day)
)


def _alternate(cursor: Cursor) -> str | None:
    """See "alternate days", whose number is read behind it."""
    return "every" if cursor.peek().text == "alternate" else None


_every = one_of(_alternate, word("every|each"), behind(word("once"), word("a|every|per")))
_interval = one_of(shape("other|second|2nd|alternate")(lambda _: 2), ordinal, count)


@shape(_every, maybe(_interval), _weekdays)
def _every_weekday(_: Cursor, __: str, interval: float | None, days_of_week: str) -> _Parts:
    """Read "every monday and thursday", "every other friday"."""
    return {"FREQ": "WEEKLY", "INTERVAL": str(int(interval or 1)), "BYDAY": days_of_week}


@shape(_every, maybe(_interval), "single|calendar?", w.FREQUENCIES)
def _every_unit(
    _: Cursor, __: str, interval: float | None, frequency: tuple[str, int]
) -> _Parts | None:
    """Read "every 2 weeks", "every other day", "once a month"."""
    number, (freq, size) = interval or 1, frequency
    return {"FREQ": freq, "INTERVAL": str(int(number) * size)} if number % 1 == 0 else None


@shape(w.EVERY)
def _every_part(cursor: Cursor, _: str) -> _Parts | None:
    """Read the "every" of "every morning", whose time is read as any other."""
    return {"FREQ": "DAILY"} if cursor.peek().text in w.PARTS else None


@shape(w.ADVERBS)
def _adverb(cursor: Cursor, word: str) -> _Parts:
    freq, size = w.FREQUENCIES[word]
    return {"FREQ": freq, "INTERVAL": str(size)}


@shape("on|at?", "the?")
def _plural(cursor: Cursor) -> _Parts | None:
    """Read "mondays and thursdays", "on weekends", "tuesday nights"."""
    first, following = cursor.peek(), cursor.peek(1)
    plural = first.text in w.MANY_WEEKDAYS or first.text in w.MANY_SETS
    nights = first.text in w.WEEKDAYS and following.text in w.PARTS and following.text[-1] == "s"
    found = _weekdays(cursor) if (plural or nights) and not first.possessive else None
    return {"FREQ": "WEEKLY", "BYDAY": found} if found else None


@shape("on?")
def _several_days(cursor: Cursor) -> _Parts | None:
    """Read "mon wed fri" as every week, for a task has one date; "fri sat sun" may be one event."""
    start = cursor.at
    found = _weekdays(cursor) or ""
    named = [token.text for token in cursor.tokens[start : cursor.at]]
    in_a_row = found in ",".join(DAY_CODES * 2)
    apart = found.count(",") + 1 >= _SEVERAL and not in_a_row and "or" not in named
    return {"FREQ": "WEEKLY", "BYDAY": found} if apart and w.WEEKDAYS.keys() & set(named) else None


_head = one_of(
    _every_nths, _every_numbered, _every_nth, _nth_monthly, _nth_of_month,
    _every_month_day, _every_day_of_month, _every_weekday, _every_unit, _every_part,
    _adverb, _plural, _several_days,
)  # fmt: skip


# "After completion", "after I finish it", "once it's done".
_completion = behind(
    "after|once|when", "i|im|ive|its|it?", "is|have|am|was?", w.FINISHING, "it|that|this?"
)


_on_weekdays = behind(",?", "on|in?", "the?", _weekdays)
_on_nth = shape(",?", "on|in?", "the?", _place, maybe(_day_name), "day?")(
    lambda _, place, day: _monthly(place, day or "")
)
_on_day = shape(",?", "on?", "the?", "day?", month_day)(lambda _, day: _monthly(day, ""))
_on_date = shape(",?", "on?", days)(lambda _, day: _yearly(day.first.month, day.first.day))


def _read_days(cursor: Cursor, found: _Rule) -> bool:
    """Read the days of a rule that has none yet."""
    freq = found.parts["FREQ"]
    more: _Parts | None = None
    if not found.parts.keys() & {"BYDAY", "BYMONTHDAY"}:
        if freq == "WEEKLY" and (weekdays := _on_weekdays(cursor)):
            more = {"BYDAY": weekdays}
        elif freq == "MONTHLY":
            more = _on_nth(cursor) or _on_day(cursor)
        elif freq == "YEARLY":
            more = _on_date(cursor)
    found.parts |= more or {}
    return more is not None


_at_part = behind("at?", part)
_at_clock = one_of(behind("at|@|by|around?", one_of(clock, digits)), behind("at|@", bare_hour))
# "Football thursdays 5"; in "vitamins daily 2" it counts them.
_last_hour = shape(bare_hour)(lambda cursor, found: found.within("") if cursor.ended else None)


# The end of "13:30-14:30"; the time is its beginning.
_end = behind("to|until|till|-|–", clock)


@shape(",?", maybe(_at_part), maybe(_at_clock), maybe(_end), maybe(part))
def _time(
    _: Cursor, early: Clock | None, at: Clock | None, __: Clock | None, late: Clock | None
) -> time | None:
    of_day = early or late
    if at:
        return at.within(of_day.part if of_day else "")
    return of_day.at if of_day else None


@shape("on?", _weekdays, maybe(_time), w.EVERY, "week")
def _each_week(_: Cursor, found: str, at: time | None, __: str) -> _Rule:
    """Read "monday and wednesday each week", "mon wed fri at 9 every week"."""
    return _Rule({"FREQ": "WEEKLY", "BYDAY": found}, at)


@shape(",?", "until|till|til|through", days)
def _until(cursor: Cursor, end: Days) -> _Parts | None:
    return {"UNTIL": f"{end.last:%Y%m%d}"} if end.last >= cursor.today else None


@shape(",?", "for", length)
def _for_length(cursor: Cursor, span: Length) -> _Parts | None:
    end = cursor.today + span.value() - timedelta(days=1)
    return None if span.short else {"UNTIL": f"{end:%Y%m%d}"}


@shape(",?", w.NEGATIONS, "on?", maybe(w.EVERY), _weekdays)
def _exception(_: Cursor, __: str | None, days_of_week: str) -> str:
    """Read "except sunday", "but not on sundays"."""
    return days_of_week


def without_days(parts: _Parts, excepted: str) -> _Parts | None:
    """Return the parts of a rule for the days that are left."""
    unnamed = ",".join(DAY_CODES) if parts["FREQ"] == "DAILY" else ""
    all_days = parts.get("BYDAY", unnamed).split(",")
    left = [day for day in all_days if day not in excepted.split(",")]
    whole = parts.get("INTERVAL", "1") == "1" and left and len(left) < len(all_days)
    return {**parts, "FREQ": "WEEKLY", "BYDAY": ",".join(left)} if whole else None


_times = shape(",?", "for?", figure, "times|x")(lambda _, number: {"COUNT": str(number)})
_ending = one_of(_until, _for_length, _times)


def _modified(cursor: Cursor, found: _Rule) -> bool:
    """Read one more of the days, the time and the end of a repeat."""
    if _read_days(cursor, found):
        return True
    on_days = "BYDAY" in found.parts
    if not found.at and (at := _time(cursor) or (_last_hour(cursor) if on_days else None)):
        found.at = at
        return True
    if not found.after_completion and _completion(cursor):
        found.after_completion = True
        return True
    place = cursor.at
    excepted = _exception(cursor)
    if excepted and (left := without_days(found.parts, excepted)):
        found.parts = left
        return True
    cursor.at = place
    ending = None if found.parts.keys() & {"COUNT", "UNTIL"} else _ending(cursor)
    found.parts |= ending or {}
    return ending is not None


@shape("repeat|repeats|repeating?")
def repeat(cursor: Cursor) -> Match | None:
    """Read a repeat with its time and its end."""
    start = cursor.at
    found = _each_week(cursor)
    if found is None:
        parts = _head(cursor)
        found = _Rule(parts) if parts else None
    if found is None:
        return None
    while _modified(cursor, found):
        pass
    # "The weekly report" is no repeat, or one that a reader of the whole sentence sees.
    adverb = cursor.at == start + 1 and cursor.peek(-1).text in w.ADVERBS
    named = adverb and not cursor.ended and cursor.peek().text not in w.PREPOSITIONS
    return Match("repeat", found.value, 0.4 if named else 1.0) if found.possible else None

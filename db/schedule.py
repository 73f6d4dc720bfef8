"""When repeating tasks are due: rules from text, and the dates of their occurrences.

Occurrences are dates. The time of a task is a wall time in its user's zone, so it stays the same
when daylight saving begins or ends.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Literal

from dateutil import rrule
from dateutil.relativedelta import relativedelta

from db.repeat_reader import WORDS_HINT, parse_words
from db.repeat_rrule import parse_rrule
from db.repeat_rule import (
    MONTH_LENGTHS,
    REPEAT_LENGTH,
    Frequency,
    ImpossibleRepeat,
    RepeatFrom,
    RepeatRule,
    UnreadableRepeat,
    Weekday,
    check,
    simplest,
)

_FREQ: dict[Frequency, Literal[0, 1, 2, 3]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
_DAYS = {"DAILY": 1, "WEEKLY": 7}
_MONTHS = {"MONTHLY": 1, "YEARLY": 12}
# All months are at least as long; later days fall on the last day of a shorter month.
_SHORTEST = 28
_SEARCHED_YEARS = 100
# Dates repeat after so many years, days of the week too.
_CYCLE = 400


def parse_repeat(text: str, repeat_from: RepeatFrom | None = None) -> RepeatRule:
    """Read an RRULE or words such as `every Monday, Thursday`; `repeat_from` overrules the words.

    Raises:
        UnreadableRepeat: The text is neither.
        UnsupportedRepeat: The rule has parts that are not supported.
        ImpossibleRepeat: No date fits the rule.
    """
    if len(text) > REPEAT_LENGTH:
        raise UnreadableRepeat(f"A repeat has at most {REPEAT_LENGTH} characters.", WORDS_HINT)
    rule = simplest(parse_rrule(text) if "=" in text else parse_words(text))
    check(rule)
    any_date = date(2001, 1, 1)
    if _search(replace(rule, interval=1), any_date, any_date) is None:
        raise ImpossibleRepeat
    return replace(rule, repeat_from=repeat_from or rule.repeat_from)


def stored_rule(repeat: str | None, repeat_from: RepeatFrom | None) -> RepeatRule | None:
    """Return the rule of a task's columns; None if it does not repeat."""
    return replace(parse_rrule(repeat), repeat_from=repeat_from or "due") if repeat else None


def pinned(rule: RepeatRule, day: date) -> RepeatRule:
    """Return the rule with the days that it leaves open taken from `day`: weekly is every Monday.

    A task that is moved to another day then keeps the days of its rule.
    """
    if rule.by_day or rule.by_month_day or rule.freq == "DAILY":
        return rule
    if rule.freq == "WEEKLY":
        return replace(rule, by_day=(Weekday(0, day.weekday()),))
    months = rule.by_month or ((day.month,) if rule.freq == "YEARLY" else ())
    longest = max((MONTH_LENGTHS[month - 1] for month in months), default=31)
    return replace(rule, by_month=months, by_month_day=(min(day.day, longest),))


def first_occurrence(rule: RepeatRule, today: date) -> date:
    """Return the first date of the rule that is not before today.

    Raises:
        ImpossibleRepeat: The rule ends before that date.
    """
    first = _search(rule, today, today - timedelta(days=1))
    if first is None or (rule.until and first > rule.until):
        raise ImpossibleRepeat(f"Send an end that is not before {today}.")
    return first


def next_occurrence(
    rule: RepeatRule, *, occurrence: date, due_on: date, today: date, completed: int
) -> date | None:
    """Return when a task is due next that is completed today; None after the last occurrence.

    The task was due on `due_on`, or on `occurrence` before it was moved. Occurrences that were
    missed are skipped. `completed` counts how often it was completed, this time included.
    """
    if rule.count is not None and completed >= rule.count:
        return None
    if rule.repeat_from == "completion":
        following = _search(rule, today, today)
    else:
        following = _search(rule, occurrence, max(occurrence, due_on, today))
    return None if following and rule.until and following > rule.until else following


def _search(rule: RepeatRule, start: date, after: date) -> date | None:
    """Return the first date after `after` of a rule that is counted from `start`, without its end.

    dateutil searches up to the year 9999 for a rule that never happens. So it searches later, in
    years with the same calendar, of which few are left.
    """
    rule = pinned(rule, start)
    begin = _period(rule.freq, rule.interval, start, after)
    years = max(0, (date.max.year - _SEARCHED_YEARS - after.year) // _CYCLE * _CYCLE)
    later = datetime.combine(after.replace(year=after.year + years), time.min)
    found = [each.after(later) for each in _dated(rule, begin.replace(year=begin.year + years))]
    first = min((day for day in found if day), default=None)
    return first.date().replace(year=first.year - years) if first else None


def _period(freq: Frequency, interval: int, start: date, after: date) -> date:
    """Return the first day of the last period up to `after` in which the rule may happen."""
    if days := _DAYS.get(freq):
        begin = start - timedelta(days=start.weekday() if freq == "WEEKLY" else 0)
        passed = max(0, (after - begin).days // days)
        return begin + timedelta(days=passed // interval * interval * days)
    months = _MONTHS[freq]
    begin = start.replace(day=1, month=1 if freq == "YEARLY" else start.month)
    passed = max(0, (12 * (after.year - begin.year) + after.month - begin.month) // months)
    return begin + relativedelta(months=passed // interval * interval * months)


def _dated(rule: RepeatRule, begin: date) -> list[rrule.rrule]:
    """Return rules of dateutil that have the dates together.

    The 31st of a month that has none is its last day, for which dateutil has no word: it is the
    last one of the days 28 to 31.
    """
    late = () if rule.by_day or rule.by_set_pos else _late(rule.by_month_day)
    rest = tuple(day for day in rule.by_month_day if day not in late)
    ends = [
        replace(
            rule,
            by_month=(month,) if month else (),
            by_month_day=tuple(range(_SHORTEST, day + 1)),
            by_set_pos=(-1,),
        )
        for month, day in product(rule.by_month or (0,), late)
    ]
    others = [replace(rule, by_month_day=rest)] if rest or not late else []
    return [_of_dateutil(each, begin) for each in (*others, *ends)]


def _late(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(day for day in days if day > _SHORTEST)


def _of_dateutil(rule: RepeatRule, begin: date) -> rrule.rrule:
    return rrule.rrule(
        _FREQ[rule.freq],
        dtstart=datetime.combine(begin, time.min),
        interval=rule.interval,
        wkst=rrule.MO,
        bymonth=rule.by_month or None,
        bymonthday=rule.by_month_day or None,
        byweekday=[rrule.weekday(day, ordinal or None) for ordinal, day in rule.by_day] or None,
        bysetpos=rule.by_set_pos or None,
    )

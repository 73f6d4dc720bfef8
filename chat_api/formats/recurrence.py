"""Repeats of tasks as calendars read them: an RRULE that means the same dates, or these dates.

RFC 5545 skips months that lack a day, where a task falls on their last day; and it leaves open what
a rule means that its first date does not fit.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from db.repeat_rrule import parse_rrule
from db.repeat_rule import MONTH_LENGTHS, RepeatRule, in_order
from db.schedule import first_occurrence, next_occurrence
from db.task_values import Task

# The dates of a rule that no RRULE means.
MOST_DATES = 24
# All months are at least as long.
_SHORTEST = 28


@dataclass(frozen=True)
class Recurrence:
    """The recurrence of a task: `start` is its first date, and `moved_to` where that was moved.

    It has a `rule`, or the `dates` after the first.
    """

    start: date
    moved_to: date | None = None
    rule: RepeatRule | None = None
    dates: tuple[date, ...] = ()


def recurrence_of(task: Task) -> Recurrence | None:
    """Return the recurrence of an open task; None if its next date is not known yet, or none is."""
    if task.repeat is None or task.repeat_from == "completion":
        return None
    rule, fitting = _rules(task.repeat)
    if task.due_on is None or task.completed:
        return None
    start = task.moved_from or task.due_on
    moved_to = task.due_on if task.moved_from else None
    if rule.until and rule.until < start:
        return None
    if rule.count is not None:
        rule = replace(rule, count=rule.count - task.series)
        fitting = fitting and replace(fitting, count=rule.count)
    if fitting is None or not _fits(rule, start):
        dates = _dates(rule, start)
        return Recurrence(start, moved_to, dates=dates) if dates else None
    return Recurrence(start, moved_to, fitting)


@lru_cache(maxsize=1024)
def _rules(repeat: str) -> tuple[RepeatRule, RepeatRule | None]:
    """Return a rule, and the one that means the same in RFC 5545."""
    rule = parse_rrule(repeat)
    return rule, _fitting(rule)


def rrule_text(rule: RepeatRule, due_time: time | None, zone: ZoneInfo) -> str:
    """Return the RRULE; where dates have a time, UNTIL is one too, in UTC."""
    if rule.until is None or due_time is None:
        return rule.rrule
    try:
        last = datetime.combine(rule.until, due_time, zone).astimezone(UTC)
    except OverflowError:
        return replace(rule, until=None).rrule
    return f"{replace(rule, until=None).rrule};UNTIL={last:%Y%m%dT%H%M%SZ}"


def _fitting(rule: RepeatRule) -> RepeatRule | None:
    """Return the rule that means the same in RFC 5545; None if no single one does."""
    if rule.by_day or rule.by_set_pos:
        return rule
    late = [day for day in rule.by_month_day if day > _SHORTEST]
    if not late:
        return rule
    rest = tuple(day for day in rule.by_month_day if day not in late)
    longest = max(MONTH_LENGTHS[month - 1] for month in rule.by_month or range(1, 13))
    if len(late) == 1 and late[0] >= longest:
        return replace(rule, by_month_day=in_order((*rest, -1)))
    several = rule.freq == "YEARLY" and len(rule.by_month) > 1
    if len(late) > 1 or any(day < 0 for day in rest) or (several and rule.interval > 1):
        return None
    # Of the days from the 28th on, the last one that the month has; positions count in a period.
    days = (*rest, *(day for day in range(_SHORTEST, late[0] + 1) if day not in rest))
    positions = (*range(1, len(rest) + 1), -1)
    return replace(
        rule,
        freq="MONTHLY" if several else rule.freq,
        by_month_day=days,
        by_set_pos=positions,
    )


def _fits(rule: RepeatRule, day: date) -> bool:
    """Return whether a date is one of a rule that begins with it."""
    if rule.by_set_pos or (rule.freq == "YEARLY" and not rule.by_month):
        return _is_first(replace(rule, count=None, until=None), day)
    length = monthrange(day.year, day.month)[1]
    # Searching takes half a millisecond, which is much for a calendar of thousands of tasks.
    ordinals = (0, (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1))
    last = {late for late in rule.by_month_day if late > length} if day.day == length else set()
    return (
        day.month in (rule.by_month or (day.month,))
        and (not rule.by_day or any((each, day.weekday()) in rule.by_day for each in ordinals))
        and (
            not rule.by_month_day
            or bool(last)
            or not {day.day, day.day - length - 1}.isdisjoint(rule.by_month_day)
        )
    )


@lru_cache(maxsize=1024)
def _is_first(rule: RepeatRule, day: date) -> bool:
    return first_occurrence(rule, day) == day


@lru_cache(maxsize=1024)
def _dates(rule: RepeatRule, start: date) -> tuple[date, ...]:
    """Return the dates after the first one."""
    found: list[date] = []
    day: date | None = start
    while day is not None and len(found) < MOST_DATES:
        done = len(found) + 1
        day = next_occurrence(rule, occurrence=day, due_on=day, today=day, completed=done)
        found += [day] if day else []
    return tuple(found)

"""Whether a task repeats and reminds as expected: rules and moments written in several ways."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from tests.bench.everyday.expectation import ANY, Moment, NewTask, TaskValues
from tests.bench.everyday.world import Task

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"(\d+)([mhd])")
# Between the message and the task a minute may begin, and either may be rounded.
_MINUTES_OFF = (-2, -1, 0, 1, 2)


def on_day_of_repeat(expected: NewTask, task: Task) -> bool:
    """Whether the date of a task is one of its expected repeat."""
    rules = [parts for parts in map(_rule, expected.repeat) if parts]
    if not rules or task.due_on is None:
        return True
    day = _DAYS[task.due_on.weekday()]
    # Of the first Monday of a month, "1MO", only the weekday is looked at.
    return any(each.endswith(day) for parts in rules for each in parts.get("BYDAY", _DAYS))


def has_repeat(expected: TaskValues, task: Task, _: datetime) -> bool:
    """Whether a task repeats by one of the expected rules."""
    found = _rule(task.repeat, task)
    return ANY in expected.repeat or any(_rule(choice, task) == found for choice in expected.repeat)


def _rule(text: str | None, task: Task | None = None) -> dict[str, tuple[str, ...]]:
    """Return the parts of an RRULE; a day that it leaves open is that on which a task is due."""
    if not text:
        return {}
    pairs = (part.split("=", 1) for part in text.upper().removeprefix("RRULE:").split(";"))
    parts = {name: tuple(sorted(value.split(","))) for name, value in pairs}
    if parts.get("INTERVAL") == ("1",):
        del parts["INTERVAL"]
    if parts.get("FREQ") == ("DAILY",) and "BYDAY" in parts:
        parts["FREQ"] = ("WEEKLY",)
    if task and task.due_on and "BYDAY" not in parts:
        if parts["FREQ"] == ("WEEKLY",):
            parts["BYDAY"] = (_DAYS[task.due_on.weekday()],)
        if parts["FREQ"] == ("MONTHLY",):
            parts.setdefault("BYMONTHDAY", (str(task.due_on.day),))
    return parts


def has_reminder(expected: TaskValues, task: Task, sent_at: datetime) -> bool:
    """Whether a reminder is set as expected, or fires when it should."""
    if isinstance(expected.reminder, Moment):
        days, time = expected.reminder.on(sent_at.date()), expected.reminder.time
        return any(at.date() in days and time in (None, f"{at:%H:%M}") for at in task.fires_at)
    spec = expected.reminder or ""
    return any(spec == each or _length(spec) == _length(each) for each in task.specs)


def _length(spec: str) -> timedelta | str:
    found = _LENGTH.fullmatch(spec)
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else spec


def right_days(moment: Moment, times: Iterable[str | None], sent_at: datetime) -> tuple[date, ...]:
    """Return the days that are right.

    A time of today may have passed since the message was written: tomorrow is right then as well.
    """
    days = moment.on(sent_at.date())
    passed = any(time and time <= f"{sent_at:%H:%M}" for time in times)
    return (*days, days[0] + timedelta(1)) if passed and moment.days == 0 else days


def happens(when: Moment, task: Task, sent_at: datetime) -> bool:
    """Whether a task is due, or reminds, at that time, and is not due on another day."""
    moments = [(at.date(), f"{at:%H:%M}") for at in task.fires_at]
    if task.due_on:
        moments.append((task.due_on, task.due_time or ""))
    if when.in_minutes is not None:
        near = [sent_at + timedelta(minutes=when.in_minutes + off) for off in _MINUTES_OFF]
        return any((at.date(), f"{at:%H:%M}") in moments for at in near)
    days = right_days(when, (when.time,), sent_at)
    if task.due_on and task.due_on not in days:
        return False
    return any(day in days and when.time in (None, time) for day, time in moments)

"""The time that a task holds in words, in its title or description: compared and changed."""

import re
from datetime import date
from typing import NamedTuple

from chat_api.assistant import dates, whens
from chat_api.assistant.commands import Named
from chat_api.assistant.contract import Json, TaskSnapshot
from chat_api.assistant.day_names import Days
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.matching import Matches, match

_HOURS = {"noon": 12, "midday": 12, "midnight": 0}
_MINUTES = {"thirty": 30, "fifteen": 15, "forty five": 45}


class _Clock(NamedTuple):
    """An hour as it was said, and the half of the day if that was said too."""

    hour: int
    minutes: int
    half: str


def meant(named: Named, tasks: tuple[TaskSnapshot, ...], today: date) -> Matches:
    """Return the tasks that a name means, and a time said with it does not rule out.

    A title may hold that time itself; and where the name is nothing but a time, it is the task's.
    """
    whole = match(f"{named.words} {named.when}".strip(), tasks)
    if whole.sure:
        return whole
    if whens.is_when(named.words):
        return Matches(tuple(task for task in tasks if _agrees(task, named.words, today)))
    words, when = whens.apart(named.words, today)
    when = f"{when} {named.when}".strip()
    return _at(when, match(words, tasks), today) if when else whole


def _at(when: str, found: Matches, today: date) -> Matches:
    """Leave out the tasks of another time; when none is left, they may be meant all the same."""
    verdicts = {task.id: _agrees(task, when, today) for task in found.sure}
    agreeing = tuple(task for task in found.sure if verdicts[task.id])
    possible = tuple(task for task in found.sure if verdicts[task.id] is not False)
    sure = agreeing or possible
    return Matches(sure) if sure else Matches(maybe=found.sure or found.maybe)


def _agrees(task: TaskSnapshot, when: str, today: date) -> bool | None:
    """Whether a task is due on the day, or at the time, that was said; None if it says nothing."""
    day, clock, often = (
        dates.mentioned(when, today),
        _clock(when),
        PATTERNS["any_often"].search(when),
    )
    told = _clock(task.description) or _clock(task.title)
    words = f"{task.title} {task.description}".casefold()
    verdicts = [
        _within(day, task.due_on) if day and task.due_on else None,
        _same(clock, told) if clock and told else None,
        True if often and often.group().casefold() in words else None,
    ]
    said = [verdict for verdict in verdicts if verdict is not None]
    return all(said) if said else None


def _within(days: Days, due_on: str) -> bool:
    return days.first.isoformat() <= due_on <= days.last.isoformat()


def _clock(text: str) -> _Clock | None:
    found = PATTERNS["any_clock"].search(text)
    told = PATTERNS["clock_value"].search(found.group()) if found else None
    if not told:
        return None
    hour = told["hour"].casefold()
    value = int(hour) if hour.isdecimal() else _HOURS.get(hour) or LEXICON.numbers.get(hour, 0)
    spoken = _MINUTES.get((told["spoken"] or "").casefold(), 0)
    return _Clock(value, int(told["minutes"] or spoken), (told["half"] or "").casefold())


def time_in(when: str) -> str:
    """Return the time of day in words that say when; "" where there is none."""
    clock = PATTERNS["any_clock"].search(when)
    if clock:
        return f"at {clock.group()}" if clock.group().isdecimal() else clock.group()
    return f"“{when[:1].lower()}{when[1:]}”" if PATTERNS["time_span"].search(when) else ""


def _same(one: _Clock, other: _Clock) -> bool:
    half = not one.half or not other.half or one.half == other.half
    return (one.hour % 12, one.minutes) == (other.hour % 12, other.minutes) and half


def retimed(task: TaskSnapshot, when: str) -> Json:
    """Return the title or description of a task with another time or recurrence in it.

    It takes the place of the old one of its kind; where there is none, it is the first line of the
    description.
    """
    kind = next((name for name in ("any_often", "any_clock") if PATTERNS[name].search(when)), "")
    for name, text in (("description", task.description), ("title", task.title)):
        old = PATTERNS[kind].search(text) if kind else None
        if old:
            return {name: _replaced(text, old, when)}
    first = when[:1].upper() + when[1:]
    return {"description": "\n".join(filter(None, [first, task.description]))}


def noted_in(task: TaskSnapshot, note: str) -> str:
    """Return the description of a task with one more line."""
    return "\n".join(filter(None, [task.description, note]))


def _replaced(text: str, old: re.Match[str], when: str) -> str:
    before = text[: old.start()]
    joined = PATTERNS["time_lead_at_end"].search(before)
    new = PATTERNS["time_lead"].sub("", when) if joined else when
    changed = f"{before}{new}{text[old.end() :]}"
    return changed[:1].upper() + changed[1:]

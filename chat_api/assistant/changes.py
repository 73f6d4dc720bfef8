"""What a request changes: the arguments of the tools, and the dates that it has besides."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.entity import When
from chat_api.assistant.frame import Request
from chat_api.assistant.titles import amended, titles_of
from chat_api.assistant.values import TaskValues


def needs_current(request: Request) -> bool:
    """Whether the change depends on what the task has now."""
    bare_time = request.values.due_time and not request.values.due_on
    return bool(bare_time or request.description or request.amends or _shift(request))


def _shift(request: Request) -> timedelta | None:
    shifts = [each.value for each in request.entities if each.kind == "shift"]
    return next((each for each in shifts if isinstance(each, timedelta)), None)


def changes_to(request: Request, task: TaskSnapshot, now: datetime) -> dict[str, Any]:
    """Return the arguments of update_task that make the change to a task."""
    changes = arguments_of(request.values, tags="add_tags")
    if new_titles := titles_of((request.new_title or "",)):
        amends = request.amends and bool(task.title)
        changes["title"] = amended(task.title, new_titles[0]) if amends else new_titles[0]
    if request.description:
        changes["description"] = "\n".join(filter(None, [task.description, request.description]))
    if shift := _shift(request):
        changes |= _shifted(task, shift, now)
    if request.values.either_half and task.due_time:
        changes["due_time"] = _nearest_half(changes["due_time"], task.due_time)
    if "due_time" in changes and "due_on" not in changes and not task.due_on:
        changes |= _next_day(changes["due_time"], now)
    return changes


def _shifted(task: TaskSnapshot, shift: timedelta, now: datetime) -> dict[str, Any]:
    day = date.fromisoformat(task.due_on) if task.due_on else now.date()
    if not shift.seconds:
        return {"due_on": (day + shift).isoformat()}
    at = time.fromisoformat(task.due_time) if task.due_time else now.time()
    moment = datetime.combine(day, at) + shift
    return {"due_on": moment.date().isoformat(), "due_time": f"{moment:%H:%M}"}


def _nearest_half(at: str, present: str) -> str:
    """Return the time, or that of the other half of the day if it is nearer to the present one."""
    hour, present_hour = int(at[:2]), int(present[:2])
    other = (hour + 12) % 24
    nearer = abs(other - present_hour) < abs(hour - present_hour)
    return f"{other:02}{at[2:]}" if nearer else at


def _next_day(at: str, now: datetime) -> dict[str, Any]:
    if at == "none":
        return {}
    passed = time.fromisoformat(at) <= now.time()
    return {"due_on": (now.date() + timedelta(days=passed)).isoformat()}


def arguments_of(values: TaskValues, *, tags: str) -> dict[str, Any]:
    """Return values as arguments of a tool."""
    given: Mapping[str, Any] = {
        "due_on": values.due_on,
        "due_time": values.due_time,
        "repeat": values.repeat,
        "reminders": None if values.reminders is None else list(values.reminders),
        "priority": values.priority,
        "list": values.list,
        tags: list(values.tags) or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def dates_to_come(request: Request, today: date) -> list[str]:
    """Return the dates to come beside what is done: "booked the dentist for the 14th at 3"."""
    spans = [
        (each.start - request.start, each.end - request.start)
        for each in request.entities
        if isinstance(each.value, When) and each.value.first and each.value.first > today
    ]
    dates = [request.text[start:end] for start, end in spans]
    # "On friday" was the last one.
    return [words for words in dates if any(map(str.isdigit, words))]

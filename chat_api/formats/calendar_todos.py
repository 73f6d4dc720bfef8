"""The to-dos of an iCalendar object (RFC 5545) as tasks; events and the rest are left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar.parser import Contentline
from icalendar.prop import vDDDTypes, vDuration

from db.errors import RefusedValue
from db.import_values import ImportedFile, Refusal, UnreadableFile, check_count

_HINT = "Send an iCalendar file with VTODO components."
_UNTIL = re.compile(r"UNTIL=(\d{8})T\d{6}Z?")
_LINES = re.compile(r"\r\n|\n|\r")

Value = tuple[str, dict[str, str]]


class UnreadableTodo(RefusedValue):
    """A to-do has a line that RFC 5545 does not have."""

    code = "unreadable_todo"

    def __init__(self, line: int) -> None:
        super().__init__(f"Line {line} can't be read.", "Send it as RFC 5545 has it.")


class MovedOccurrence(RefusedValue):
    """The to-do is one of a repeating one, moved."""

    code = "moved_occurrence"

    def __init__(self) -> None:
        super().__init__(
            "It is one date of a to-do that repeats.", "Send the to-do without its exceptions."
        )


@dataclass
class _Todo:
    """The properties of a to-do by their names, and the triggers of its alarms."""

    line: int
    properties: dict[str, Value] = field(default_factory=dict)
    triggers: list[Value] = field(default_factory=list)
    error: RefusedValue | None = None

    def text(self, name: str) -> str:
        """Return the value of a property, empty if there is none."""
        return self.properties.get(name, ("", {}))[0]


def read_calendar(text: str, zone: ZoneInfo) -> ImportedFile:
    """Return the tasks of an iCalendar file.

    Raises:
        UnreadableFile: It is no such file.
        TooManyTasks: It has more tasks than one import may have.
    """
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise UnreadableFile("The file does not begin with BEGIN:VCALENDAR.", _HINT)
    todos = list(_todos(text))
    check_count(todos)
    file, known = ImportedFile(), set[str]()
    for todo in todos:
        uid = todo.text("UID")
        try:
            fields = _fields(todo, zone)
            if uid and uid in known:
                message = "Its UID is that of a to-do before. Send each to-do once."
                file.refused.append(Refusal(todo.line, "duplicate_id", message))
                continue
        except RefusedValue as error:
            file.refused.append(Refusal.of(todo.line, error))
        else:
            known.add(uid)
            file.add(todo.line, fields)
    return file


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield the content lines, with the numbers of the lines that they begin in."""
    pieces: list[str] = []
    begun = 1
    for number, line in enumerate(_LINES.split(text), 1):
        if line[:1] in {" ", "\t"} and pieces:
            pieces.append(line[1:])
            continue
        if pieces:
            yield begun, "".join(pieces)
        pieces, begun = [line], number
    yield begun, "".join(pieces)


def _todos(text: str) -> Iterator[_Todo]:
    todo: _Todo | None = None
    inner: list[str] = []
    for number, line in _unfolded(text):
        name, _, kind = line.upper().partition(":")
        match name, kind.strip():
            case "BEGIN", "VTODO":
                todo, inner = _Todo(number), []
            case "END", "VTODO" if todo:
                yield todo
                todo = None
            case "BEGIN", component if todo:
                inner.append(component)
            case "END", _ if todo and inner:
                inner.pop()
            case _ if todo and line:
                _add(todo, number, line, inner)
    if todo:
        raise UnreadableFile("The last to-do does not end.", _HINT)


def _add(todo: _Todo, number: int, line: str, inner: list[str]) -> None:
    if inner and not (inner == ["VALARM"] and line.upper().startswith("TRIGGER")):
        return
    try:
        name, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
    except ValueError:
        todo.error = todo.error or UnreadableTodo(number)
        return
    found = (value, {key.upper(): str(each) for key, each in parameters.items()})
    if inner:
        todo.triggers.append(found)
    else:
        todo.properties.setdefault(name.upper(), found)


def _fields(todo: _Todo, zone: ZoneInfo) -> dict[str, Any]:
    """Return the fields of a task.

    Raises:
        RefusedValue: It can't be read.
    """
    if todo.error:
        raise todo.error
    if "RECURRENCE-ID" in todo.properties:
        raise MovedOccurrence
    try:
        return {
            "title": todo.text("SUMMARY"),
            "description": todo.text("DESCRIPTION"),
            "priority": _priority(todo.text("PRIORITY")),
            "tags": [tag.strip() for tag in todo.text("CATEGORIES").split(",") if tag.strip()],
            "repeat": _UNTIL.sub(r"UNTIL=\1", todo.text("RRULE")) or None,
            **_due(todo, zone),
            **_completion(todo, zone),
        }
    except (ValueError, OverflowError) as error:
        raise UnreadableTodo(todo.line) from error


def _priority(text: str) -> str:
    number = int(text or 0)
    return "none" if number == 0 else ("high" if number < 5 else "medium" if number == 5 else "low")


def _due(todo: _Todo, zone: ZoneInfo) -> dict[str, Any]:
    found = todo.properties.get("DUE") or todo.properties.get("DTSTART")
    if found is None:
        return {}
    due = _moment(found, zone)
    at = due.strftime("%H:%M") if isinstance(due, datetime) else None
    reminders = [_reminder(each, at is not None, zone) for each in todo.triggers]
    given = {"reminders": list(dict.fromkeys(reminders))} if reminders else {}
    return {"due_on": due.isoformat()[:10], "due_time": at, **given}


def _completion(todo: _Todo, zone: ZoneInfo) -> dict[str, Any]:
    completed = todo.properties.get("COMPLETED")
    done = todo.text("STATUS").upper() == "COMPLETED" or completed is not None
    if not done or completed is None:
        return {"completed": done}
    moment = _moment(completed, zone)
    at = moment.replace(tzinfo=zone) if isinstance(moment, datetime) else None
    return {"completed": True, "completed_at": at}


def _moment(value: Value, zone: ZoneInfo) -> date | datetime:
    """Return a date, or a wall time in the user's zone; a zone of the file's own counts as that."""
    timezone = value[1].get("TZID")
    found = vDDDTypes.from_ical(value[0], timezone)  # type: ignore[no-untyped-call]
    if isinstance(found, datetime):
        there = found.astimezone(zone) if found.tzinfo else found
        return there.replace(tzinfo=None)
    if isinstance(found, date):
        return found
    raise ValueError("neither a date nor a time")


def _reminder(trigger: Value, timed: bool, zone: ZoneInfo) -> str:
    """Return an alarm as a reminder; one after the task is due reminds when it is."""
    text, parameters = trigger
    if parameters.get("VALUE", "").upper() == "DATE-TIME":
        return _moment(trigger, zone).isoformat()[:16]
    ahead: timedelta = -vDuration.from_ical(text)  # type: ignore[no-untyped-call]
    if not timed:
        # Such days begin at midnight, and reminders count from nine.
        ahead += timedelta(hours=9)
    minutes = max(0, ahead // timedelta(minutes=1))
    days, rest = divmod(minutes, 24 * 60)
    return f"{days}d" if days and not rest else f"{minutes}m"

"""Calendars as tests read them: with the library, and line by line as RFC 5545 says."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from icalendar import Calendar

from chat_api.formats.calendar import calendar_of
from db.reminder_values import Reminder
from db.task_values import Task

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
_ONCE = {"UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "SUMMARY", "DESCRIPTION"}
_ONCE |= {"PRIORITY", "DTSTART", "DUE", "DURATION", "STATUS", "COMPLETED", "RECURRENCE-ID", "RRULE"}


def a_task(task_id: int = 1, **fields: Any) -> Task:
    given: dict[str, Any] = {
        "title": "Buy milk",
        "description": "",
        "completed": False,
        "completed_at": None,
        "due_on": date(2026, 12, 1),
        "priority": "none",
        "tags": [],
        "created_at": NOW,
        "updated_at": NOW,
        "deleted_at": None,
        "version": 1,
    }
    return Task(id=task_id, **{**given, **fields})


def a_reminder(spec: str, fires_at: datetime = NOW) -> Reminder:
    return Reminder(UUID(int=1), spec, fires_at, "waiting")


def components(content: bytes, kind: str) -> list[Any]:
    return list(Calendar.from_ical(content).walk(kind))


def only(content: bytes, kind: str) -> Any:
    (found,) = components(content, kind)
    return found


def written(*tasks: Task, timezone: str = "Europe/Berlin") -> bytes:
    content = calendar_of(tasks, timezone, "ann")
    check(content)
    return content


def check(content: bytes) -> None:
    """Check the rules of RFC 5545 that a library which reads generously would not."""
    assert content.endswith(b"\r\n")
    physical = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in physical)
    assert max(len(line) for line in physical) <= 75
    # Each line is text of its own: none ends within a character.
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")
    assert all(line.decode() for line in physical)
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert sum(line.startswith("VERSION:2.0") for line in lines) == 1
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    calendar = Calendar.from_ical(content)
    zones = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    for component in (*calendar.walk("VTODO"), *calendar.walk("VEVENT")):
        _check_component(component, zones)
    uids = [(c["UID"], c.get("RECURRENCE-ID")) for c in calendar.walk() if "UID" in c]
    assert len({str(uid) for uid in uids}) == len(uids)


def _check_component(component: Any, zones: set[str]) -> None:
    assert {"UID", "DTSTAMP", "SUMMARY"} <= set(component)
    assert not any(isinstance(component[name], list) for name in _ONCE & set(component))
    if component.name == "VEVENT":
        assert "DTSTART" in component
    else:
        assert not {"DUE", "DURATION"} <= set(component)
    if "RRULE" in component:
        assert "DTSTART" in component
        _check_until(component["RRULE"], component.decoded("DTSTART"))
    for name in ("DTSTART", "DUE", "RECURRENCE-ID"):
        if name in component and isinstance(component.decoded(name), datetime):
            assert component[name].params["TZID"] in zones
    for alarm in component.walk("VALARM"):
        assert {"ACTION", "TRIGGER", "DESCRIPTION"} <= set(alarm)


def _check_until(rule: Any, start: date | datetime) -> None:
    for until in rule.get("UNTIL", []):
        assert isinstance(until, datetime) == isinstance(start, datetime)
        if isinstance(until, datetime):
            assert until.utcoffset() == time(tzinfo=UTC).utcoffset()

"""Tasks as an iCalendar object (RFC 5545): each open one is a to-do and an event.

Apps read one kind or the other, so both have all; a completed task is a to-do only.
"""

from collections.abc import Iterable
from datetime import date, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from icalendar import Timezone

from chat_api.formats.calendar_lines import day, duration, escaped, folded, text, utc
from chat_api.formats.recurrence import Recurrence, recurrence_of, rrule_text
from db.reminder_spec import MORNING, Before, parse_reminder
from db.task_values import Task

MEDIA_TYPE = "text/calendar"
# Another one for each version that writes the same tasks differently: entity tags have it.
FORMAT = 1

_PRIORITIES = {"high": "1", "medium": "5", "low": "9"}
_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Todochat//Tasks//EN",
    "CALSCALE:GREGORIAN",
    "NAME:Tasks",
    "X-WR-CALNAME:Tasks",
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    "X-PUBLISHED-TTL:PT1H",
)


def calendar_of(tasks: Iterable[Task], timezone: str, user_id: str) -> bytes:
    """Return the calendar of tasks with due dates, whose times are in this zone."""
    writer = _Writer(timezone, user_id)
    lines = [*_HEAD, _timezone(timezone)]
    for task in tasks:
        writer.add(task, lines)
    return "\r\n".join((*lines, "END:VCALENDAR", "")).encode()


class _Writer:
    """Writes the components of tasks in the time zone of their user."""

    def __init__(self, timezone: str, user_id: str) -> None:
        self._timezone = timezone
        self._zone = ZoneInfo(timezone)
        # Unique among all users, and it tells nobody who reads the calendar who they are.
        self._domain = f"{blake2b(user_id.encode(), digest_size=10).hexdigest()}.todochat"

    def add(self, task: Task, lines: list[str]) -> None:
        """Add the components of a task."""
        recurrence = recurrence_of(task)
        shared = _shared(task)
        self._add_both(task, recurrence, shared, lines)
        if recurrence and recurrence.moved_to:
            moved = f"{shared}\r\n{self._moment('RECURRENCE-ID', recurrence.start, task.due_time)}"
            self._add_both(task, None, moved, lines)

    def _add_both(
        self, task: Task, recurrence: Recurrence | None, shared: str, lines: list[str]
    ) -> None:
        repeats = self._repeats(task, recurrence) if recurrence else []
        start = recurrence.start if recurrence else task.due_on
        assert start is not None  # noqa: S101
        # A to-do with DTSTART is due later than that, so one that repeats has no DUE.
        due = self._moment("DTSTART" if repeats else "DUE", start, task.due_time)
        lines += ["BEGIN:VTODO", f"UID:task-{task.id}@{self._domain}", shared, due, *repeats]
        lines += _status(task)
        if task.completed:
            lines.append("END:VTODO")
            return
        lines += [*_alarms(task, "" if repeats else ";RELATED=END"), "END:VTODO"]
        lines += ["BEGIN:VEVENT", f"UID:event-{task.id}@{self._domain}", shared]
        lines += [self._moment("DTSTART", start, task.due_time), *repeats]
        lines += ["DURATION:PT30M"] if task.due_time else []
        lines += ["TRANSP:TRANSPARENT", *_alarms(task, ""), "END:VEVENT"]

    def _repeats(self, task: Task, recurrence: Recurrence) -> list[str]:
        if recurrence.rule:
            return [folded(f"RRULE:{rrule_text(recurrence.rule, task.due_time, self._zone)}")]
        return [self._moment("RDATE", each, task.due_time) for each in recurrence.dates]

    def _moment(self, name: str, on: date, at: time | None) -> str:
        return f"{name}{_moment(on, at, self._timezone)}"


def _shared(task: Task) -> str:
    """Return the lines that the components of a task have in common."""
    changed = utc(task.updated_at)
    lines = [
        f"DTSTAMP:{changed}",
        f"CREATED:{utc(task.created_at)}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{task.version - 1}",
        text("SUMMARY", task.title),
    ]
    if task.description:
        lines.append(text("DESCRIPTION", task.description))
    if task.tags:
        lines.append(folded(f"CATEGORIES:{','.join(map(escaped, task.tags))}"))
    if task.priority != "none":
        lines.append(f"PRIORITY:{_PRIORITIES[task.priority]}")
    return "\r\n".join(lines)


# Of thousands of tasks, many are due on the same days, and most reminders are alike.
@lru_cache(maxsize=4096)
def _moment(on: date, at: time | None, timezone: str) -> str:
    return f";VALUE=DATE:{day(on)}" if at is None else f";TZID={timezone}:{day(on)}T{at:%H%M%S}"


def _status(task: Task) -> list[str]:
    if not task.completed or task.completed_at is None:
        return ["STATUS:NEEDS-ACTION"]
    return ["STATUS:COMPLETED", "PERCENT-COMPLETE:100", f"COMPLETED:{utc(task.completed_at)}"]


def _alarms(task: Task, related: str) -> list[str]:
    """Return the reminders as alarms; `related` is what durations count from, if not the start."""
    if not task.reminders:
        return []
    title = text("DESCRIPTION", task.title)
    lines: list[str] = []
    for reminder in task.reminders:
        before = _before(reminder.spec, on_day=task.due_time is None)
        trigger = f"{related}:{before}" if before else f";VALUE=DATE-TIME:{utc(reminder.fires_at)}"
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", title, f"TRIGGER{trigger}", "END:VALARM"]
    return lines


@lru_cache(maxsize=1024)
def _before(spec: str, *, on_day: bool) -> str | None:
    """Return a duration; on a day without a time, which begins at midnight, it counts from nine."""
    before = parse_reminder(spec)
    if not isinstance(before, Before):
        return None
    days = before.count if before.unit == "d" else 0
    if days and not on_day:
        return f"-P{days}D"
    morning = timedelta(hours=MORNING.hour if on_day else 0)
    return duration(morning - timedelta(days=days) - before.duration)


@lru_cache(maxsize=64)
def _timezone(name: str) -> str:
    """Return the definition of a time zone, which takes the library some twenty milliseconds."""
    definition: bytes = Timezone.from_tzid(name).to_ical()
    return definition.decode().rstrip("\r\n")

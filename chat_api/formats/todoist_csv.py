"""Todoist's CSV template: tasks, sections and notes, a row each.

A section becomes a list, a label a tag, and a note part of the description. Subtasks are tasks.
"""

import csv
import io
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.parser import parse
from dateutil.relativedelta import relativedelta

from db.errors import RefusedValue
from db.import_values import ImportedFile, Refusal, UnreadableFile, check_count

_HINT = "Send Todoist's template, with a first row that has TYPE and CONTENT."
_PRIORITIES = {"1": "high", "2": "medium", "3": "low"}
_LABEL = re.compile(r"(?:^|\s)@([\w-]+)")
_TIME = re.compile(
    r"(?:^|\s|t)(?:at )?(\d{1,2}):(\d{2}) ?([ap]m)?$|(?:^|\s)at (\d{1,2}) ?([ap]m)?$"
)
_YEAR = re.compile(r"\d{4}")


class UnreadableDate(RefusedValue):
    """A date of the file is none that can be read."""

    code = "unreadable_date"

    def __init__(self) -> None:
        super().__init__(
            "This date can't be read.", "Write it as 2026-12-24, 2026-12-24 17:00 or every monday."
        )


def read_todoist(text: str, zone: ZoneInfo) -> ImportedFile:
    """Return the tasks of a CSV file.

    Raises:
        UnreadableFile: It is no such file.
        TooManyTasks: It has more tasks than one import may have.
    """
    rows = _rows(text)
    check_count([row for _, row in rows if row.get("TYPE", "").lower() == "task"])
    reader = _Reader(datetime.now(zone).replace(tzinfo=None))
    for line, row in rows:
        reader.read(line, row)
    reader.flush()
    return reader.file


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows by the column names, with the lines that they end in."""
    lines = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
    try:
        names = [str(name).strip().upper() for name in lines.fieldnames or ()]
        if not {"TYPE", "CONTENT"} <= set(names):
            raise UnreadableFile("The file has no columns TYPE and CONTENT.", _HINT)
        lines.fieldnames = names
        return [(lines.line_num, row) for row in lines]
    except csv.Error as error:
        raise UnreadableFile(
            f"The file is not CSV from line {lines.line_num} on.", _HINT
        ) from error


class _Reader:
    """Reads rows: a task is complete when the row after its notes comes."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._section: str | None = None
        self._pending: tuple[int, dict[str, Any]] | None = None
        self.file = ImportedFile()

    def read(self, line: int, row: dict[str, str]) -> None:
        """Read a row."""
        match row.get("TYPE", "").strip().lower():
            case "task":
                self.flush()
                try:
                    self._pending = (line, self._task(row))
                except RefusedValue as error:
                    self.file.refused.append(Refusal.of(line, error))
            case "section":
                self.flush()
                self._section = row["CONTENT"].strip() or None
            case "note" if self._pending:
                fields = self._pending[1]
                notes = (fields["description"], row["CONTENT"])
                fields["description"] = "\n\n".join(note for note in notes if note)
            case "" | "meta" | "note":
                pass
            case _:
                message = "TYPE must be task, section or note."
                self.file.refused.append(Refusal(line, "unknown_type", message))

    def flush(self) -> None:
        """Add the task that no other note belongs to."""
        if self._pending:
            self.file.add(*self._pending)
        self._pending = None

    def _task(self, row: dict[str, str]) -> dict[str, Any]:
        content = row["CONTENT"].removeprefix("* ")
        return {
            "title": _LABEL.sub("", content),
            "description": row.get("DESCRIPTION", ""),
            "priority": _PRIORITIES.get(row.get("PRIORITY", "").strip(), "none"),
            "tags": _LABEL.findall(content),
            "list": self._section,
            **_schedule(row.get("DATE", ""), self._now),
        }


def _schedule(text: str, now: datetime) -> dict[str, Any]:
    """Return the fields of a date as people write it.

    Raises:
        UnreadableDate: It can't be read.
    """
    words = " ".join(text.lower().split())
    if not words:
        return {}
    found = _TIME.search(words)
    day = words[: found.start()].strip() if found else words
    fields: dict[str, Any] = {"due_time": _clock(found)} if found else {}
    if day.startswith("every"):
        repeat_from = {"repeat_from": "completion"} if day.startswith("every!") else {}
        return {**fields, "repeat": day.replace("every!", "every", 1), **repeat_from}
    return {**fields, "due_on": _date(day, now)}


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1] or found[4]), int(found[2] or 0)
    half = found[3] or found[5]
    if half and not 1 <= hour <= 12:
        raise UnreadableDate
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise UnreadableDate
    return f"{hour:02}:{minute:02}"


def _date(day: str, now: datetime) -> str:
    named = {"": 0, "today": 0, "tod": 0, "tomorrow": 1, "tom": 1}
    if day in named:
        return (now + relativedelta(days=named[day])).date().isoformat()
    try:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        found = parse(day, default=midnight).replace(tzinfo=None)
        if found < midnight and not _YEAR.search(day):
            found += relativedelta(years=1)
    except (ValueError, OverflowError) as error:
        raise UnreadableDate from error
    return found.date().isoformat()

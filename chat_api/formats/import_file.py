"""Files to import: an export of ours, Todoist's CSV, or an iCalendar object with to-dos."""

from collections.abc import Callable
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import TypeAdapter, ValidationError

from chat_api.formats.calendar_todos import read_calendar
from chat_api.formats.export import FORMAT, VERSION
from chat_api.formats.todoist_csv import read_todoist
from db.errors import RefusedValue
from db.import_values import (
    ImportedFile,
    ImportedList,
    Refusal,
    UnreadableFile,
    check_count,
)

FileFormat = Literal["json", "csv", "ics"]
MEDIA_TYPES: dict[str, FileFormat] = {
    "application/json": "json",
    "text/csv": "csv",
    "text/calendar": "ics",
}
_LISTS = TypeAdapter(list[ImportedList])
# What an export has of a task that follows from the rest, or from the import.
_DERIVED = frozenset({"id", "version", "repeat_text", "next_due_on", "text_by"})


class UnknownFormat(RefusedValue):
    """Neither the type of the body nor the query names a format."""

    code = "unknown_format"

    def __init__(self) -> None:
        super().__init__(
            "The format of the file is not known.",
            f"Send a Content-Type of {', '.join(MEDIA_TYPES)}, or format=json, csv or ics.",
        )


def read_file(content: bytes, file_format: FileFormat, zone: ZoneInfo) -> ImportedFile:
    """Return the tasks of a file, and why lines of it are refused.

    Raises:
        UnreadableFile: It is not of its format.
        TooManyTasks: It has more tasks than one import may have.
    """
    file = _READERS[file_format](_text(content), zone)
    if not (file.tasks or file.refused):
        raise UnreadableFile("The file has no tasks.", "Send a file with some.")
    return file


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("The file is not UTF-8.", "Save it as UTF-8, and send it.") from error


def _read_export(text: str, _: ZoneInfo) -> ImportedFile:
    hint = "Send a file as GET /export returns it."
    try:
        exported = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UnreadableFile("The file is not JSON.", hint) from error
    match exported:
        case {"format": str(name), "version": int(version), "tasks": [*tasks]}:
            if (name, version) != (FORMAT, VERSION):
                raise UnreadableFile("The file is an export of another kind.", hint)
        case _:
            raise UnreadableFile("The file has no format, version and tasks.", hint)
    check_count(tasks)
    file = ImportedFile(lists=_lists(exported.get("lists", []), hint))
    known: set[object] = set()
    for place, task in enumerate(tasks, 1):
        if not isinstance(task, dict):
            file.refused.append(Refusal(place, "invalid_value", "It must be an object."))
        elif (number := _number(task)) in known:
            message = f"The id {number} is that of a task before. Send each task once."
            file.refused.append(Refusal(place, "duplicate_id", message))
        else:
            known |= {number} - {None}
            file.add(place, {name: task[name] for name in task.keys() - _DERIVED})
    return file


def _number(task: dict[str, Any]) -> int | None:
    number = task.get("id")
    return number if isinstance(number, int) else None


def _lists(lists: object, hint: str) -> list[ImportedList]:
    try:
        return _LISTS.validate_python(lists)
    except ValidationError as error:
        raise UnreadableFile("The lists of the file can't be read.", hint) from error


_READERS: dict[FileFormat, Callable[[str, ZoneInfo], ImportedFile]] = {
    "json": _read_export,
    "csv": read_todoist,
    "ics": read_calendar,
}

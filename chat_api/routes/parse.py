"""What the quick add of a client recognises in a line, while somebody types it."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from chat_api.assistant.entity import Kind
from chat_api.assistant.values import QuickAdd, quick_add
from chat_api.problems import COMMON_PROBLEMS
from chat_api.routes.dependencies import Caller, Connection, tasks_on
from chat_api.timezones import TimezoneName
from db.repeat_words import words_of
from db.schedule import parse_repeat
from db.values import Priority, WallTime

router = APIRouter(prefix="/parse", tags=["tasks"], responses=COMMON_PROBLEMS)

_MOST = 500

_Text = Annotated[str, Query(max_length=_MOST, description="The line as typed")]
_Span = Annotated[str, Field(pattern=r"^\d{1,4}-\d{1,4}$")]
_Ignored = Annotated[
    tuple[_Span, ...],
    Query(max_length=50, description="Spans START-END of finds that are part of the title"),
]
_Timezone = Annotated[
    TimezoneName | None, Query(description="Where the user is, else the one of their settings")
]


class Found(BaseModel):
    """A find in the line; offsets count UTF-16 code units, as JavaScript's strings do."""

    kind: Kind
    start: int = Field(description="Offset of the first UTF-16 code unit")
    end: int = Field(description="Offset behind the last UTF-16 code unit")
    text: str


class ParsedTask(BaseModel):
    """A line as a task: its fields are those of a new task, null where the line has none."""

    title: str = Field(description="What is left without the finds; it may be empty")
    due_on: date | None
    due_time: WallTime | None
    repeat: str | None = Field(description="An RRULE, or words where it counts from completion")
    repeat_text: str | None = Field(description="The repeat in words")
    reminders: list[str] | None
    priority: Priority | None
    tags: list[str]
    found: list[Found] = Field(description="In their order; none overlaps another")
    list: str | None = Field(description="The name of its list; null for the Inbox too")


@router.get("")
async def parse(
    connection: Connection,
    caller: Caller,
    text: _Text,
    ignore: _Ignored = (),
    timezone: _Timezone = None,
) -> ParsedTask:
    """Read a line as a new task, on today's date; nothing is stored.

    A find that a user removes is sent as `ignore`, and is then part of the title.
    """
    tasks = tasks_on(connection, caller, timezone)
    line = quick_add(text, await tasks.now(), {_span_of(text, each) for each in ignore})
    values = asdict(line.values) | {"title": line.title, "found": _found(text, line)}
    if line.values.list == "none":
        values["list"] = None
    rule = parse_repeat(line.values.repeat) if line.values.repeat else None
    return ParsedTask.model_validate(values | {"repeat_text": words_of(rule) if rule else None})


def _found(text: str, line: QuickAdd) -> list[Found]:
    return [
        Found(
            kind=each.kind,
            start=_utf16(text, each.start),
            end=_utf16(text, each.end),
            text=text[each.start : each.end],
        )
        for each in line.entities
    ]


def _utf16(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le")) // 2


def _span_of(text: str, span: str) -> tuple[int, int]:
    start, end = span.split("-")
    return _code_points(text, int(start)), _code_points(text, int(end))


def _code_points(text: str, offset: int) -> int:
    return len(text.encode("utf-16-le")[: 2 * offset].decode("utf-16-le", "ignore"))

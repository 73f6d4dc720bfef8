"""Types of values, which REST bodies, tool arguments and the command line share."""

import re
import unicodedata
from datetime import date, time
from typing import Annotated, Literal, get_args

from pydantic import (
    MISSING,
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    WithJsonSchema,
)

from db.errors import ReservedListName
from db.list_names import LIST_NAME_LENGTH, is_inbox
from db.reminder_spec import Before, parse_reminder
from db.repeat_rule import REPEAT_LENGTH, RepeatFrom
from db.schedule import parse_repeat

Priority = Literal["none", "low", "medium", "high"]
Status = Literal["all", "pending", "completed"]
View = Literal["today", "upcoming", "overdue", "inbox"]
Sort = Literal["created", "-created", "due", "priority", "-updated", "title"]

PRIORITIES: tuple[Priority, ...] = get_args(Priority)
TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 2000
TAG_LENGTH = 40
TAGS_PER_TASK = 10
LARGEST_ID = 2**31 - 1
# Of a request, in bytes: the longest task and message fit in with room to spare.
MAX_BODY = 64 * 1024

_TAG = re.compile(r"[\w-]+")
_TIME = re.compile(r"\d{1,2}:\d{2}", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def clean_text(value: object) -> object:
    """Strip `value` if it is text, and refuse control characters and lone surrogates.

    Line breaks and tabs stay. Whatever is no text is left to the type to refuse.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
        raise ValueError("must not contain control characters")
    return text


def clean_line(value: object) -> object:
    """Do as `clean_text` does, and make one line of it with single spaces."""
    text = clean_text(value)
    return " ".join(text.split()) if isinstance(text, str) else text


def _clean_title(value: object) -> object:
    text = clean_line(value)
    if text == "":
        raise ValueError("must not be blank")
    return text


def _iso_date(value: object) -> object:
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        raise ValueError("must be a date as YYYY-MM-DD")
    if isinstance(value, int | float):
        raise ValueError("must be a date as YYYY-MM-DD")
    return value


def _wall_time(value: object) -> object:
    if value is None or isinstance(value, time):
        return value
    if isinstance(value, str) and _TIME.fullmatch(value):
        return value.zfill(5)
    raise ValueError("must be a time of day as HH:MM")


def _hours_and_minutes(value: time) -> str:
    return f"{value:%H:%M}"


def _check_repeat(text: str) -> str:
    parse_repeat(text)
    return text


def _reminder(text: str) -> str:
    return parse_reminder(text).text


def _before_it_is_due(text: str) -> str:
    if not isinstance(parse_reminder(text), Before):
        raise ValueError("must be a duration before a task is due, as in 10m")
    return text


def _clean_tag(value: object) -> object:
    text = clean_line(value)
    if not isinstance(text, str):
        return text
    tag = text.removeprefix("#").casefold().replace(" ", "-")
    if not _TAG.fullmatch(tag):
        raise ValueError("must be letters, digits, - or _")
    return tag


def _inbox_as_none(name: str | None) -> str | None:
    return None if name is not None and is_inbox(name) else name


def _check_not_inbox(name: str) -> str:
    if is_inbox(name):
        raise ReservedListName
    return name


def _distinct(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


# A before-validator stands last because the last one runs first: text is cleaned, then measured.
Title = Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH), BeforeValidator(_clean_title)]
Description = Annotated[str, Field(max_length=DESCRIPTION_LENGTH), BeforeValidator(clean_text)]
Tag = Annotated[str, Field(min_length=1, max_length=TAG_LENGTH), BeforeValidator(_clean_tag)]
Tags = Annotated[list[Tag], Field(max_length=TAGS_PER_TASK), AfterValidator(_distinct)]
DueOn = Annotated[date, BeforeValidator(_iso_date)]
# A time of day in the user's zone.
WallTime = Annotated[
    time,
    PlainSerializer(_hours_and_minutes, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d$"}),
]
DueTime = Annotated[WallTime, BeforeValidator(_wall_time)]
# An RRULE or words, read by `db.schedule.parse_repeat`.
Repeat = Annotated[
    str,
    Field(min_length=1, max_length=REPEAT_LENGTH),
    BeforeValidator(clean_line),
    AfterValidator(_check_repeat),
]
# A duration before the task is due, or from now, or a wall time: `db.reminder_spec`.
ReminderText = Annotated[
    str, Field(min_length=1, max_length=40), BeforeValidator(clean_line), AfterValidator(_reminder)
]
DefaultReminder = Annotated[ReminderText, AfterValidator(_before_it_is_due)]
ListName = Annotated[
    str, Field(min_length=1, max_length=LIST_NAME_LENGTH), BeforeValidator(_clean_title)
]
NewListName = Annotated[ListName, AfterValidator(_check_not_inbox)]
# The list of a task: None, as any name of the Inbox, means the Inbox.
TaskList = Annotated[ListName | None, AfterValidator(_inbox_as_none)]
Query = Annotated[str, Field(max_length=TITLE_LENGTH), BeforeValidator(clean_line)]
Completed = Annotated[StrictBool, Field(description="Whether it is done")]
TaskId = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class NewTask(BaseModel):
    """A task to be added; without `reminders`, one with a time has the user's default."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    description: Description = ""
    due_on: DueOn | None = None
    due_time: DueTime | None = None
    repeat: Repeat | None = None
    repeat_from: RepeatFrom | None = None
    reminders: list[ReminderText] | None = None
    priority: Priority = "none"
    tags: Tags = []
    list: TaskList = None


class TaskUpdate(BaseModel):
    """Fields to change; what is missing stays as it is.

    `due_on: null` clears the date, the time and the repeat, and `reminders: null` brings back the
    default. `add_tags` and `remove_tags` change
    `tags`, or the tags that the task has.
    """

    model_config = ConfigDict(extra="forbid")

    title: Title | MISSING = MISSING
    description: Description | MISSING = MISSING
    due_on: DueOn | MISSING | None = MISSING
    due_time: DueTime | MISSING | None = MISSING
    repeat: Repeat | MISSING | None = MISSING
    repeat_from: RepeatFrom | MISSING | None = MISSING
    reminders: list[ReminderText] | MISSING | None = MISSING
    priority: Priority | MISSING = MISSING
    tags: Tags | MISSING = MISSING
    add_tags: Tags | MISSING = MISSING
    remove_tags: Tags | MISSING = MISSING
    completed: Completed | MISSING = MISSING
    list: TaskList | MISSING = MISSING


class TaskFilter(BaseModel):
    """Which tasks to list, and in which order. Dates are inclusive.

    A view has open tasks, unless `status` is `completed`. `completed_after` and `completed_before`
    are dates in the user's time zone, and only completed tasks match them. Without `list`, tasks of
    archived lists are left out.
    """

    status: Status = "all"
    query: Query | None = None
    tag: Tag | None = None
    priority: Priority | None = None
    due_before: DueOn | None = None
    due_after: DueOn | None = None
    completed_after: DueOn | None = None
    completed_before: DueOn | None = None
    view: View | None = None
    list: ListName | None = None
    sort: Sort = "created"


DeletedListTasks = Literal["move_to_inbox", "delete"]


class NewList(BaseModel):
    """A list to be made."""

    model_config = ConfigDict(extra="forbid")

    name: NewListName


class ListUpdate(BaseModel):
    """Fields of a list to change; what is missing stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: NewListName | MISSING = MISSING
    position: Annotated[int, Field(ge=1, le=LARGEST_ID)] | MISSING = MISSING
    archived: StrictBool | MISSING = MISSING


TokenScope = Literal["tasks:read", "tasks:write"]

TOKEN_SCOPES: tuple[TokenScope, ...] = get_args(TokenScope)
TOKEN_NAME_LENGTH = 100
DEFAULT_DAYS = 90
MOST_DAYS = 366


def _sorted_scopes(scopes: list[TokenScope]) -> list[TokenScope]:
    return [scope for scope in TOKEN_SCOPES if scope in scopes]


TokenName = Annotated[
    str, Field(min_length=1, max_length=TOKEN_NAME_LENGTH), BeforeValidator(clean_line)
]
TokenScopes = Annotated[list[TokenScope], Field(min_length=1), AfterValidator(_sorted_scopes)]


class NewAccessToken(BaseModel):
    """A token to be created: its name, its scopes, and its lifetime in days."""

    model_config = ConfigDict(extra="forbid")

    name: TokenName
    scopes: TokenScopes = list(TOKEN_SCOPES)
    expires_in_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DEFAULT_DAYS

"""The everyday conversations, and how the tasks should stand after each of their turns.

An expectation names what is added, changed, completed and deleted; all else stays as it is. A field
of a new task that is not given is empty, but for its reminders, its description, and the date that
a repeat begins on. Where several values are given, each is right; `any` is not looked at.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ANY = "any"

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KINDS = frozenset({"days", "weekday", "md", "dom", "week", "in_minutes"})

_T = TypeVar("_T")
# One value, or a list of those that are right.
Choices = Annotated[
    tuple[_T, ...], BeforeValidator(lambda value: value if isinstance(value, list) else [value])
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Moment(_Strict):
    """A day, and a time of it if one was given, counted from the day of the turn.

    Attributes:
        weekday: The next one, today excluded; `plus` adds days.
        md: The next such month and day, as in `12-18`.
        dom: The next such day of a month.
        week: Any day of the week so many weeks ahead.
        ok_next_day: The day after is right as well, as for a clock time without a day.

    """

    days: int | None = None
    weekday: Weekday | None = None
    plus: int = 0
    md: str | None = None
    dom: int | None = None
    week: int | None = None
    in_minutes: int | None = None
    time: str | None = None
    ok_next_day: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if len(self.model_fields_set & _KINDS) != 1:
            raise ValueError(f"one of {', '.join(sorted(_KINDS))} is needed")
        return self

    def on(self, today: date) -> tuple[date, ...]:
        """Return the days that are right."""
        days = self._days(today)
        return (*days, *(day + timedelta(1) for day in days)) if self.ok_next_day else days

    def _days(self, today: date) -> tuple[date, ...]:
        if self.weekday is not None:
            ahead = (_WEEKDAYS.index(self.weekday) - today.weekday() - 1) % 7 + 1
            return (today + timedelta(ahead + self.plus),)
        if self.md is not None:
            month, day = map(int, self.md.split("-"))
            this_year = today.replace(month=month, day=day)
            return (this_year if this_year >= today else this_year.replace(year=today.year + 1),)
        if self.dom is not None:
            later = (today + timedelta(number) for number in range(62))
            return (next(day for day in later if day.day == self.dom),)
        if self.week is not None:
            monday = today + timedelta(7 * self.week - today.weekday())
            return tuple(monday + timedelta(number) for number in range(7))
        return (today + timedelta(self.days or 0),)

    def __str__(self) -> str:
        return str(self.model_dump(exclude_unset=True))


class TaskValues(_Strict):
    """The fields that a new task has, or that a change gives a task."""

    due_on: Choices[Moment | Literal["any"] | None] = (None,)
    due_time: Choices[str | None] = (None,)
    repeat: Choices[str | None] = (None,)
    priority: str = "none"
    tags: tuple[str, ...] = ()
    list_name: Annotated[Choices[str | None], Field(alias="list")] = (None,)
    reminder: str | Moment | None = None
    description: Choices[str] = ()
    completed: bool = False


class NewTask(TaskValues):
    """A task that is added.

    Attributes:
        title: Those that are right; articles and their like never count.
        when: In place of a due date: it is due then, or reminds then.

    """

    title: Annotated[Choices[str], Field(min_length=1)]
    when: Moment | None = None


class ChangedTask(TaskValues):
    """A task whose given fields change, named by its title before; tags are added to its own."""

    title: str
    new_title: Choices[str] = ()


class Expectation(_Strict):
    """The tasks and the reply after a turn.

    Attributes:
        asks: A question is right, if nothing changes.
        nothing: Nothing changes.
        says: One of these is in the reply.
        says_not: None of these is.
        ok_also: Other expectations as a whole, each of which is as right.

    """

    added: tuple[NewTask, ...] = ()
    changed: tuple[ChangedTask, ...] = ()
    completed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    asks: bool = False
    nothing: bool = False
    says: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()
    ok_also: tuple["Expectation", ...] = ()

    @property
    def alternatives(self) -> tuple["Expectation", ...]:
        """This and the others that are as right."""
        return self, *self.ok_also


class EverydayTurn(_Strict):
    """A message, and what should come of it."""

    say: Annotated[str, Field(min_length=1)]
    expect: Expectation


class Everyday(_Strict):
    """A conversation, and the tasks that are there before it.

    Attributes:
        voice: What kind of person writes.
        now: When it was written; it is played at the time of the clock.

    """

    id: str
    voice: str
    now: str
    seed: tuple[dict[str, Any], ...]
    turns: Annotated[tuple[EverydayTurn, ...], Field(min_length=1)]

    def seed_rows(self, today: date) -> list[dict[str, Any]]:
        """Return the tasks before it as `POST /tasks` takes them."""
        return [_seed_row(row, today) for row in self.seed]


def conversations(path: Path) -> list[Everyday]:
    """Read a file of one conversation a line.

    Raises:
        ValidationError: A line is no conversation.
    """
    lines = path.read_text("utf-8").splitlines()
    return [Everyday.model_validate_json(line) for line in lines]


def _seed_row(row: dict[str, Any], today: date) -> dict[str, Any]:
    if "due_on" not in row:
        return row
    return {**row, "due_on": Moment.model_validate(row["due_on"]).on(today)[0].isoformat()}

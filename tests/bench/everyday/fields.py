"""The fields of a task, compared with those that are expected."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tests.bench.everyday.expectation import ANY, ChangedTask, Moment, NewTask, TaskValues
from tests.bench.everyday.schedule import (
    happens,
    has_reminder,
    has_repeat,
    on_day_of_repeat,
    right_days,
)
from tests.bench.everyday.titles import ALIKE, same_title, similarity
from tests.bench.everyday.world import FIELDS, Changed, Task

_BLANK = (None, "none", (), "")


@dataclass(frozen=True)
class Problem:
    """What differs from the expectation.

    Attributes:
        kind: `missing` is expected and not there, `extra` is there and not expected; `target` is an
            expected task that was not there before.
        words: Those that a reply has which tells of it.
        as_text: Whether what is missing stands in the title or the description instead.

    """

    kind: Literal["missing", "different", "extra", "title", "target"]
    text: str
    words: tuple[str, ...] = ()
    as_text: bool = False


def new_task_problems(expected: NewTask, task: Task, sent_at: datetime) -> Iterator[Problem]:
    """Yield what differs in a new task, but for its title."""
    names = ["repeat", "priority", "tags", "list_name", "completed"]
    if expected.reminder is not None:
        names.append("reminder")
    if expected.when is None:
        names += _due_names(expected)
    elif not happens(expected.when, task, sent_at):
        found = (task.due_on, task.due_time, task.specs)
        yield _problem(task.title, "when", expected.when, found if any(found) else None)
    for name in names:
        if not _RIGHT[name](expected, task, sent_at):
            yield _problem(task.title, name, getattr(expected, name), _value(task, name))
    if expected.when is None and not on_day_of_repeat(expected, task):
        yield _problem(task.title, "due_on", "a day of the repeat", task.due_on)


def _due_names(expected: NewTask) -> Iterator[str]:
    given = expected.model_fields_set
    if "due_on" in given or "repeat" not in given:
        yield "due_on"
    if "due_time" in given or ANY not in expected.due_on:
        yield "due_time"


def _problem(title: str, name: str, expected: Any, found: Any) -> Problem:
    if found in _BLANK:
        kind: Literal["missing", "extra", "different"] = "missing"
    elif expected in _BLANK or expected == (None,):
        kind = "extra"
    else:
        kind = "different"
    words = expected if name == "tags" else ()
    return Problem(kind, f"“{title}”: {name} is {_shown(found)}, not {_shown(expected)}", words)


def change_problems(expected: ChangedTask, change: Changed, sent_at: datetime) -> Iterator[Problem]:
    """Yield what differs in a task that should have changed."""
    old, new = change
    given = expected.model_fields_set - {"title", "new_title"}
    whole = expected.model_copy(update={"tags": (*old.tags, *expected.tags)})
    for name in sorted(given):
        if not _RIGHT[name](whole, new, sent_at):
            found, before = _value(new, name), _value(old, name)
            kind: Literal["missing", "different"] = "missing" if found == before else "different"
            value = _shown(getattr(whole, name))
            yield Problem(kind, f"“{old.title}”: {name} is {_shown(found)}, not {value}")
    if expected.new_title:
        given = given | {"title"}
        yield from _title_problems(expected, change)
    # A time, a reminder or a repeat may bring a date with it.
    if old.due_on is None and given & {"due_time", "reminder", "repeat"}:
        given = given | {"due_on"}
    for name in FIELDS:
        if name not in given and _value(new, name) != _value(old, name):
            yield Problem("extra", f"“{old.title}”: {name} became {_shown(_value(new, name))}")


def _title_problems(expected: ChangedTask, change: Changed) -> Iterator[Problem]:
    old, new = change
    if same_title(new.title, expected.new_title):
        return
    if new.title == old.title:
        yield Problem("missing", f"“{old.title}” was not renamed")
    elif similarity(new.title, expected.new_title) >= ALIKE:
        yield Problem("title", f"renamed to “{new.title}”")
    else:
        yield Problem("different", f"renamed to “{new.title}”")


def _value(task: Task, name: str) -> Any:
    return task.specs if name == "reminder" else getattr(task, name)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return " or ".join(map(str, value)) or "none"
    return str(value)


def _right_due_on(expected: TaskValues, task: Task, sent_at: datetime) -> bool:
    if ANY in expected.due_on or (task.due_on is None and None in expected.due_on):
        return True
    moments = [each for each in expected.due_on if isinstance(each, Moment)]
    # A time alone means the next such time.
    if "due_on" not in expected.model_fields_set and any(expected.due_time):
        moments.append(Moment(days=0, ok_next_day=True))
    return any(task.due_on in right_days(moment, expected.due_time, sent_at) for moment in moments)


def _right_tags(expected: TaskValues, task: Task, _: datetime) -> bool:
    return {tag.lower() for tag in task.tags} == {tag.lower() for tag in expected.tags}


def _right_list(expected: TaskValues, task: Task, _: datetime) -> bool:
    names = {name and name.lower() for name in expected.list_name}
    return ANY in names or (task.list_name and task.list_name.lower()) in names


def _right_description(expected: TaskValues, task: Task, _: datetime) -> bool:
    return any(text.lower() in task.description.lower() for text in expected.description)


_RIGHT: dict[str, Callable[[TaskValues, Task, datetime], bool]] = {
    "due_on": _right_due_on,
    "due_time": lambda expected, task, _: (
        ANY in expected.due_time or task.due_time in expected.due_time
    ),
    "repeat": has_repeat,
    "priority": lambda expected, task, _: expected.priority in (ANY, task.priority),
    "tags": _right_tags,
    "list_name": _right_list,
    "reminder": has_reminder,
    "description": _right_description,
    "completed": lambda expected, task, _: task.completed == expected.completed,
}

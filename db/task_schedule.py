"""The rules of due times and repeats: what a change of one means for the others."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from db.errors import DueTimeWithoutDate, RepeatFromWithoutRepeat, TooManyTags
from db.repeat_rule import ImpossibleRepeat, RepeatFrom, RepeatRule
from db.schedule import first_occurrence, next_occurrence, parse_repeat, pinned, stored_rule
from db.task_values import Task
from db.values import TAGS_PER_TASK

# What a user sets.
SCHEDULE = ("due_on", "due_time", "repeat", "repeat_from")
_NO_REPEAT: dict[str, Any] = {"repeat": None, "repeat_from": None, "series": 0, "moved_from": None}


def rescheduled(task: Task, changes: Mapping[str, Any], today: date) -> Task:
    """Return the task with the dates, times and repeats that `changes` has.

    Without a date there is no time and no repeat; a repeat alone begins on its first date. Another
    date moves one occurrence of a repeat, another repeat begins anew.

    Raises:
        DueTimeWithoutDate: There is a time, but no date.
        RepeatFromWithoutRepeat: The task does not repeat.
        RepeatError: The repeat is refused.
    """
    given = {name: changes[name] for name in SCHEDULE if name in changes}
    if not given:
        return task
    due_on = given.get("due_on", task.due_on)
    rule = _rule(task, given)
    if due_on is None and rule and given.get("repeat"):
        due_on = first_occurrence(rule, today)
    if due_on is None:
        if given.get("due_time"):
            raise DueTimeWithoutDate
        return replace(task, due_on=None, due_time=None, **_NO_REPEAT)
    moved = replace(task, due_on=due_on, due_time=given.get("due_time", task.due_time))
    if rule is None:
        return replace(moved, **_NO_REPEAT)
    occurrence = given.get("due_on") or task.moved_from or due_on
    if _same(task, _begun(rule, occurrence)):
        return replace(moved, moved_from=_moved_from(task, due_on))
    return _restarted(moved, rule, keeps_date="due_on" in given)


def with_completed(task: Task, done: bool, now: datetime, today: date) -> Task:
    """Return the task completed or open; one that repeats is due again, unless it has ended."""
    if done == task.completed:
        return task
    if not done:
        return replace(task, completed=False, completed_at=None)
    if task.repeat is None or task.due_on is None:
        return replace(task, completed=True, completed_at=now)
    series, due_on = task.series + 1, task.due_after(today)
    if due_on is None:
        return replace(task, completed=True, completed_at=now, series=series)
    return replace(task, due_on=due_on, moved_from=None, series=series)


def tags_after(task: Task, changes: dict[str, Any]) -> list[str]:
    """Return the tags after a change, and take them off it.

    Raises:
        TooManyTags: There are more than a task may have.
    """
    tags = changes.pop("tags", task.tags)
    removed = changes.pop("remove_tags", [])
    tags = list(dict.fromkeys([*tags, *changes.pop("add_tags", [])]))
    tags = [tag for tag in tags if tag not in removed]
    if len(tags) > TAGS_PER_TASK:
        raise TooManyTags(TAGS_PER_TASK)
    return tags


def _rule(task: Task, given: Mapping[str, Any]) -> RepeatRule | None:
    """Return the rule after the change, None if there is none."""
    repeat_from: RepeatFrom | None = given.get("repeat_from")
    if given.get("repeat"):
        return parse_repeat(given["repeat"], repeat_from)
    rule = None if "repeat" in given else stored_rule(task.repeat, task.repeat_from)
    if repeat_from and rule is None:
        raise RepeatFromWithoutRepeat
    return replace(rule, repeat_from=repeat_from) if rule and repeat_from else rule


def _begun(rule: RepeatRule, day: date) -> RepeatRule:
    """Return the rule with the days that it takes from its first date."""
    return pinned(rule, day) if rule.repeat_from == "due" else rule


def _same(task: Task, rule: RepeatRule) -> bool:
    return (task.repeat, task.repeat_from) == (rule.rrule, rule.repeat_from)


def _moved_from(task: Task, due_on: date) -> date | None:
    occurrence = task.moved_from or task.due_on
    return None if occurrence == due_on else occurrence


def _restarted(task: Task, rule: RepeatRule, *, keeps_date: bool) -> Task:
    """Return a task with a due date with another rule, which begins on that date or the next.

    Raises:
        ImpossibleRepeat: The rule has no date after it, or ends before it.
    """
    assert task.due_on is not None  # noqa: S101
    rule = _begun(rule, task.due_on)
    first = task.due_on if keeps_date else first_occurrence(rule, task.due_on)
    following = next_occurrence(rule, occurrence=first, due_on=first, today=first, completed=0)
    if following is None and rule.until is None:
        raise ImpossibleRepeat
    if rule.until and rule.until < first:
        raise ImpossibleRepeat(f"Send an end that is not before {first}.")
    text = {"repeat": rule.rrule, "repeat_from": rule.repeat_from}
    return replace(task, **_NO_REPEAT | text, due_on=first)

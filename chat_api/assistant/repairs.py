"""A message that corrects itself: "delete task 2, I mean task 3"."""

from dataclasses import dataclass, replace
from datetime import date

from chat_api.assistant.build import targets, value_change
from chat_api.assistant.commands import (
    Add,
    Change,
    Command,
    Commands,
    Complete,
    Delete,
    It,
    Offer,
    Say,
    Them,
)
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.references import is_explicit
from chat_api.assistant.sentence import Sentence
from chat_api.assistant.slots import new_tasks, tidy


@dataclass(frozen=True)
class Repair:
    """The two halves; `sure` when the words between them can mean nothing else."""

    before: str
    after: str
    sure: bool


def repair_in(text: str) -> Repair | None:
    """Split a masked message at words like "I mean"."""
    for name in ("repair", "weak_repair"):
        found = PATTERNS[name].fullmatch(text)
        if found:
            before, after = (half for half in found.groups() if half)
            sure = name == "repair" or bool(PATTERNS["rather_this"].fullmatch(after))
            return Repair(before, after, sure=sure)
    return None


def repaired(before: Commands, after: Commands, new: Sentence, *, sure: bool) -> Commands:
    """Return the commands of the first half with the last one put right; none when unclear."""
    if after == (Say("kept"),):
        return after
    if after and all(_stands_alone(each) for each in after):
        same = isinstance(after[0], type(before[-1])) if before else False
        return (*before[:-1], *after) if same or sure else ()
    if not before:
        return ()
    if any(_leans(each) for each in after):
        right = _righted_by(before[-1], after)
    else:
        right = _righted(before[-1], new, sure=sure)
    return (*before[:-1], right) if right else ()


def _stands_alone(command: Command) -> bool:
    return not isinstance(command, Say | Offer) and not _leans(command)


def _leans(command: Command) -> bool:
    match command:
        case Complete((It() | Them(), *_)) | Delete((It() | Them(), *_)):
            return True
        case Change((It() | Them(), *_)):
            return True
        case _:
            return False


def _righted(command: Command, new: Sentence, *, sure: bool) -> Command | None:
    """Put a value, a title or a task of a command right."""
    value = value_change(new.clause, new)
    plainly = isinstance(value, Change) and (value.due_on or value.priority)
    match command:
        case Add() | Change() if isinstance(value, Change) and plainly:
            return _revalued(command, value)
        case Add() if sure and not is_explicit(new.clause):
            return _retitled(command, new)
        case Change(title=str()) if sure and not is_explicit(new.clause):
            return replace(command, title=tidy(new.masked.reveal(new.clause)))
        case Complete() | Delete() | Change() if sure or is_explicit(new.clause):
            return replace(command, targets=targets(new.clause, new))
        case _:
            return None


def _righted_by(command: Command, after: Commands) -> Command | None:
    """Put a value right as "make it friday" says."""
    match command, after:
        case Add() | Change(), (Change((It(),)) as value,) if value.due_on or value.priority:
            return _revalued(command, value)
        case _:
            return None


def _revalued(command: Add | Change, value: Change) -> Command:
    due, level = value.due_on, value.priority or command.priority
    if isinstance(command, Change):
        return replace(command, due_on=due or command.due_on, priority=level)
    return replace(command, due_on=due if isinstance(due, date) else command.due_on, priority=level)


def _retitled(add: Add, new: Sentence) -> Add:
    """Take the new title, and of the old task what the new one doesn't say."""
    made = new_tasks(new.clause, new.masked, new.today, one=True)[0]
    return replace(
        made,
        due_on=made.due_on or add.due_on,
        priority=made.priority or add.priority,
        tags=made.tags or add.tags,
        description=made.description or add.description,
    )

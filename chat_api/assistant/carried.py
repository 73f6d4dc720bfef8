"""What a message asks for of the tasks that the turn before was about, or of one more."""

from dataclasses import replace

from chat_api.assistant.build import value_change
from chat_api.assistant.commands import (
    ById,
    Change,
    Named,
    Nth,
    Reference,
    ShowTask,
    Targeted,
)
from chat_api.assistant.corrections import command_of
from chat_api.assistant.filters import level_in
from chat_api.assistant.leaning import FollowUp, Leaning
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.references import parse

_LONGEST_NAME = 8


def of_it(leaning: Leaning) -> FollowUp:
    """Answer "when is it due?" with the one task that the conversation was just about."""
    newest = leaning.memory.newest
    if len(newest) != 1 or not PATTERNS["asks_of_it"].fullmatch(leaning.clause):
        return None
    return (ShowTask(newest[0].id),)


def noted(leaning: Leaning) -> FollowUp:
    """Take "add a note saying …" for a note on the task of the turn before."""
    found = PATTERNS["noting"].fullmatch(leaning.clause)
    task = leaning.task
    if not found or not task:
        return None
    note = leaning.masked.reveal(found["note"])
    return (Change((ById(task.id),), note=note[:1].upper() + note[1:]),)


def terse(leaning: Leaning) -> FollowUp:
    """Take "high priority" and "for tomorrow please" for the task of the turn before."""
    found = PATTERNS["terse"].fullmatch(leaning.clause)
    if not found or leaning.is_order or "?" in leaning.masked.text:
        return None
    return revalued(found["value"], leaning)


def revalued(value: str, leaning: Leaning) -> FollowUp:
    """Give the task of the turn before a new day or priority, if the value is nothing else."""
    change = value_change(value, leaning.sentence(value))
    if not leaning.task or not isinstance(change, Change):
        return None
    plainly = change.due_on or (change.priority and level_in(value))
    return (replace(change, targets=(ById(leaning.task.id),)),) if plainly else None


def carried(leaning: Leaning) -> FollowUp:
    """Do to another task what the turn before did: "and the butter", "same for the rent"."""
    names = {done.call.name for done in leaning.writes}
    found = PATTERNS["carried"].fullmatch(leaning.masked.text)
    if len(names) != 1 or not found or leaning.is_order:
        return None
    command = command_of(leaning.writes[-1].call)
    named = found["same"] or found["too"] or found["and"] or ""
    if command is None or len(named.split()) > _LONGEST_NAME:
        return None
    if PATTERNS["others"].fullmatch(named):
        return _done_to(command, (Named(named),)) if leaning.memory.left else None
    if isinstance(command, Change):
        return _changed(command, named, leaning)
    return _done_to(command, _meant(named, leaning))


def _changed(command: Change, named: str, leaning: Leaning) -> FollowUp:
    """Change another task alike, or to the value beside it: "and the rent to friday"."""
    valued = PATTERNS["with_value"].fullmatch(named)
    value = value_change(valued["value"], leaning.sentence(valued["value"])) if valued else None
    if valued and isinstance(value, Change) and (value.due_on or value.priority):
        return _done_to(value, _meant(valued["named"], leaning))
    return None if command.title else _done_to(command, _meant(named, leaning))


def _done_to(command: Targeted, meant: tuple[Reference, ...]) -> FollowUp:
    return (replace(command, targets=meant),) if meant else None


def _meant(named: str, leaning: Leaning) -> tuple[Reference, ...]:
    if PATTERNS["no_name"].fullmatch(named) or PATTERNS["foreign"].search(named):
        return ()
    found = parse(leaning.masked.reveal(named), leaning.today)
    return tuple(each for each in found if isinstance(each, Named | ById | Nth))

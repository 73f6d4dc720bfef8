"""What a message asks for of the tasks that the turn before was about, or of one more."""

from dataclasses import replace

from chat_api.agent.offline.build import value_change
from chat_api.agent.offline.commands import (
    ById,
    Change,
    Named,
    Nth,
    Reference,
    ShowTask,
    Targeted,
)
from chat_api.agent.offline.corrections import command_of
from chat_api.agent.offline.filters import level_in
from chat_api.agent.offline.leaning import FollowUp, Leaning
from chat_api.agent.offline.lexicon import PATTERNS
from chat_api.agent.offline.references import parse
from chat_api.agent.offline.resolve import confirmation

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
    task = leaning.written.result.task if leaning.written else None
    if not found or not task:
        return None
    note = leaning.masked.reveal(found["note"])
    return (Change((ById(task.id),), note=note[:1].upper() + note[1:]),)


def terse(leaning: Leaning) -> FollowUp:
    """Take "high priority" and "for tomorrow please" for the task of the turn before."""
    found = PATTERNS["terse"].fullmatch(leaning.clause)
    task = leaning.written.result.task if leaning.written else None
    if not found or not task or leaning.is_order or "?" in leaning.masked.text:
        return None
    change = value_change(found["value"], leaning.sentence(found["value"]))
    if not isinstance(change, Change):
        return None
    plainly = change.due_on or (change.priority and level_in(found["value"]))
    return (replace(change, targets=(ById(task.id),)),) if plainly else None


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
        return _to_the_others(command, leaning)
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


def _to_the_others(command: Targeted, leaning: Leaning) -> FollowUp:
    """Act on what is left of the tasks that were shown; on several only after a yes."""
    left = leaning.memory.left
    if len(left) == 1:
        return (replace(command, targets=(ById(left[0].id),)),)
    return confirmation(command, left, len(left), leaning.today) if left else None

"""A correction of what was just done: "no, the other one", "I meant task 3"."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from chat_api.assistant import phrase
from chat_api.assistant.commands import (
    ById,
    Change,
    Command,
    Complete,
    Delete,
    Nth,
    Reference,
    Targeted,
    Undo,
)
from chat_api.assistant.contract import CompletedCall, TaskSnapshot, ToolCall, Transcript
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.matching import match
from chat_api.assistant.memory import Memory, remember
from chat_api.assistant.normalise import clean
from chat_api.assistant.outcome import CommandOutcome, Question
from chat_api.assistant.references import parse

_FIELDS = ("title", "description", "priority", "completed")


def correction(transcript: Transcript, today: date) -> tuple[Command, ...] | CommandOutcome | None:
    """Return what a correction of the turn before asks for: take it back, then do it elsewhere.

    None when the message is no correction, or the turn before did not do exactly one thing to one
    task. Where it isn't clear which task was meant, that is asked, and nothing is changed.
    """
    found = PATTERNS["correction"].fullmatch(clean(transcript.current.text))
    earlier = transcript.earlier
    written = _only_write(earlier) if earlier else None
    if not found or not earlier or not written or not written.result.task:
        return None
    command, wrong = command_of(written.call), written.result.task
    if command is None:
        return None
    shown = tuple(task for task in _choice(remember(earlier), wrong) if task.id != wrong.id)
    meant = tuple(_meant(found["ref"], shown, remember(earlier), today))
    if len(meant) == 1 and meant[0] != wrong.id:
        return Undo(), replace(command, targets=(ById(meant[0]),))
    if not shown:
        return None
    question = Question("which", command, shown)
    return CommandOutcome(phrase.which_instead(shown, today), question=question)


def _only_write(transcript: Transcript) -> CompletedCall | None:
    writes = [done for done in transcript.current.done if done.call.name != "list_tasks"]
    return writes[0] if len(writes) == 1 else None


def command_of(call: ToolCall) -> Targeted | None:
    """Return what a call did, without its task; None when it can't be done to another one."""
    match call.name:
        case "complete_task":
            return Complete(())
        case "delete_task":
            return Delete(())
        case "update_task":
            return _change(dict(call.arguments))
        case _:
            return None


def _change(arguments: dict[str, Any]) -> Change | None:
    """Read a change back from its call; one of tags names all tags of its task, and stays there."""
    if "tags" in arguments:
        return None
    due = arguments.get("due_on")
    values: dict[str, Any] = {name: arguments.get(name) for name in _FIELDS}
    change = Change((), **values)
    return replace(change, due_on=due if due in {None, "none"} else date.fromisoformat(due))


def _choice(memory: Memory, wrong: TaskSnapshot) -> tuple[TaskSnapshot, ...]:
    """Return the tasks among which the wrong one was picked."""
    groups = (group.tasks for group in memory.groups if len(group.tasks) > 1)
    return next((group for group in groups if wrong.id in {task.id for task in group}), ())


def _meant(
    text: str, shown: tuple[TaskSnapshot, ...], memory: Memory, today: date
) -> Iterator[int]:
    if PATTERNS["other_one"].fullmatch(text):
        yield from (task.id for task in shown)
        return
    for reference in parse(text, today):
        yield from _numbers(reference, text, shown, memory)


def _numbers(
    reference: Reference, text: str, shown: tuple[TaskSnapshot, ...], memory: Memory
) -> Iterator[int]:
    match reference:
        case ById(number):
            yield number
        case Nth(place):
            picked = memory.shown[place - 1 : place] if place > 0 else memory.shown[place:][:1]
            yield from (task.id for task in picked)
        case _:
            yield from (task.id for task in match(text, shown).sure)

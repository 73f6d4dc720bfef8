"""A question as others see it: as data, and with messages that would answer it."""

from datetime import date
from typing import Any

from chat_api.assistant.answers import answer
from chat_api.assistant.commands import (
    Add,
    ById,
    Change,
    Complete,
    Delete,
    Offer,
    Targeted,
    Undo,
    intent_of,
)
from chat_api.assistant.contract import Json, TaskSnapshot
from chat_api.assistant.outcome import Question

_MOST_SUGGESTIONS = 4
_YES_OR_NO = {"confirm", "offer", "undo"}
_CHANGES = ("title", "description", "due_on", "priority", "add_tags", "drop_tag", "completed")
_NEW = ("title", "due_on", "priority", "tags", "description")

_Frame = dict[str, Any]


def pending_of(question: Question) -> Json:
    """Return a question as data: its kind, the tasks it is about, and the frames that wait.

    A frame has an intent and the slots that are filled so far.
    """
    return {
        "kind": question.kind,
        "candidates": [{"id": task.id, "title": task.title} for task in question.candidates],
        "frames": _frames(question.command),
    }


def suggestions_for(question: Question, today: date) -> tuple[str, ...]:
    """Return messages that would answer a question, each by itself."""
    if question.kind in _YES_OR_NO:
        return "Yes", "No"
    if question.kind != "which" or not isinstance(question.command, Complete | Delete | Change):
        return ()
    if len(question.candidates) == 1:
        return "Yes", "No"
    shown = question.candidates[:_MOST_SUGGESTIONS]
    return tuple(_choice(task, question, today) for task in shown)


def _choice(task: TaskSnapshot, question: Question, today: date) -> str:
    """Return a title, or where that would not be understood as the answer, a number."""
    match answer(question, task.title, today):
        case (Complete((ById(chosen),)) | Delete((ById(chosen),)) | Change((ById(chosen),)),) if (
            chosen == task.id
        ):
            return task.title
        case _:
            return f"Task {task.id}"


def _frames(command: Add | Offer | Targeted | Undo) -> list[_Frame]:
    match command:
        case Offer(adds):
            return [_frame(add, _NEW) for add in adds]
        case Add():
            return [_frame(command, _NEW)]
        case Change():
            return [_frame(command, _CHANGES)]
        case Undo(change_id):
            slots = {} if change_id is None else {"change_id": change_id}
            return [{"intent": "undo", "slots": slots}]
        case Complete() | Delete():
            return [_frame(command, ())]


def _frame(command: Add | Targeted, names: tuple[str, ...]) -> _Frame:
    given = {name: getattr(command, name) for name in names}
    slots = {name: _json(value) for name, value in given.items() if value not in {None, "", ()}}
    return {"intent": intent_of(command), "slots": slots}


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [*value] if isinstance(value, tuple) else value

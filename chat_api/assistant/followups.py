"""A message that makes sense only after the turn before: "and envelopes", "no, friday"."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from chat_api.assistant import dates, filters, phrase, slots
from chat_api.assistant.build import value_change
from chat_api.assistant.carried import carried, noted, of_it, revalued, terse
from chat_api.assistant.commands import (
    Add,
    ById,
    Change,
    CheckTasks,
    Complete,
    Delete,
    Filter,
    Named,
    Say,
    Show,
    Undo,
)
from chat_api.assistant.contract import CompletedCall, Transcript
from chat_api.assistant.corrections import command_of
from chat_api.assistant.leaning import FollowUp, Leaning, writes_of
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.memory import remember
from chat_api.assistant.normalise import LONGEST
from chat_api.assistant.outcome import CommandOutcome, Question
from chat_api.assistant.references import is_explicit
from chat_api.assistant.understand import masked_message, understand

_LONGEST_TITLE = 8
_TOOLS = {
    "add": "add_task",
    "create": "add_task",
    "delete": "delete_task",
    "remove": "delete_task",
    "change": "update_task",
    "update": "update_task",
    "complete": "complete_task",
    "finish": "complete_task",
    "undo": "undo_last_change",
}


def follow_up(transcript: Transcript, today: date) -> FollowUp:
    """Return what a message asks for that leans on the turn before; None when it stands alone."""
    text, earlier = transcript.current.text, transcript.earlier
    if earlier is None or len(text) > LONGEST:
        return None
    memory, meant = remember(transcript), understand(text, today)
    leaning = Leaning(masked_message(text), meant, earlier, memory, today)
    found = (read(leaning) for read in _READERS)
    return next((each for each in found if each is not None), None)


def _recalled(leaning: Leaning) -> FollowUp:
    """Answer "what did I just add?" out of the conversation."""
    found = PATTERNS["recall"].fullmatch(leaning.masked.text)
    if not found:
        return None
    wanted = _TOOLS.get(found["verb"].casefold())
    for turn in reversed(leaning.earlier.turns):
        done = tuple(d for d in writes_of(turn.done) if wanted in {None, d.call.name})
        if done:
            told = [(d.call.name, task) for d in done for task in d.result.tasks]
            text = "\n".join(phrase.told(tool, task) for tool, task in told)
            return CommandOutcome(text, tuple(task for _, task in told))
    return CommandOutcome(phrase.nothing_done())


def _regretted(leaning: Leaning) -> FollowUp:
    """Ask whether to undo, where "forget it" comes after the deed."""
    regrets = PATTERNS["regret"].fullmatch(leaning.clause)
    if not regrets or leaning.meant != (Say("kept"),) or not leaning.writes:
        return None
    return CommandOutcome(phrase.regretted(), question=Question("undo", Undo()))


def _checked(leaning: Leaning) -> FollowUp:
    """Look up what the conversation was just about: "is that on my list now?"."""
    newest = leaning.memory.newest
    if not newest or not PATTERNS["asks_if_listed"].fullmatch(leaning.clause):
        return None
    return (CheckTasks(newest),)


def _another(leaning: Leaning) -> FollowUp:
    """Add "and envelopes" as well."""
    added = leaning.writes and all(done.call.name == "add_task" for done in leaning.writes)
    found = PATTERNS["another"].fullmatch(leaning.masked.text)
    if not added or not found or leaning.is_order:
        return None
    title = found["title"] or found["thing"]
    if not found["one"] and not _can_be_added(title, leaning.today):
        return None
    made = slots.new_tasks(
        _plain_verb(title), leaning.masked, leaning.today, one=bool(found["one"])
    )
    return made if all(add.title for add in made) else None


def _can_be_added(title: str, today: date) -> bool:
    if len(title.split()) > _LONGEST_TITLE or "?" in title or is_explicit(title):
        return False
    if dates.whole(title, today) or filters.level_in(title):
        return False
    return not (PATTERNS["not_another"].fullmatch(title) or PATTERNS["foreign"].search(title))


def _plain_verb(title: str) -> str:
    """Turn "reserving the hotel" into "reserve the hotel"."""
    first, space, rest = title.partition(" ")
    stem = first.casefold().removesuffix("ing")
    known = (verb for verb in (stem, f"{stem}e", stem[:-1]) if verb in LEXICON.words["chores"])
    return next(known, first) + space + rest if first.casefold().endswith("ing") else title


def _and_when(leaning: Leaning) -> FollowUp:
    """Show the same list for other days."""
    found = PATTERNS["and_when"].fullmatch(leaning.masked.text)
    lists = [done for done in leaning.earlier.current.done if done.call.name == "list_tasks"]
    days = dates.whole(found["when"], leaning.today) if found else None
    if not days or not lists or leaning.writes:
        return None
    had = lists[-1].call.arguments
    wanted = Filter("pending", tag=had.get("tag"), priority=had.get("priority"))
    if had.get("status") == "completed":
        return (Show(filters.completed_between(days.first, days.last, wanted)),)
    return (Show(replace(wanted, due_after=days.first, due_before=days.last)),)


def _swapped(leaning: Leaning) -> FollowUp:
    """Put another word into the title: "not milk, cheese"."""
    found = PATTERNS["swapped"].fullmatch(leaning.masked.text)
    task = leaning.task
    if not found or not task:
        return None
    before, wrong, after = task.title.casefold().partition(found["wrong"].casefold())
    if not wrong or len(task.title) != len(before + wrong + after):
        return None
    title = f"{task.title[: len(before)]}{found['right']}{task.title[len(before + wrong) :]}"
    return (Change((ById(task.id),), title=slots.tidy(leaning.masked.reveal(title))),)


def _slipped(leaning: Leaning) -> FollowUp:
    """Take "no, friday" and "sorry, low priority" as a new value."""
    found = PATTERNS["slipped"].fullmatch(leaning.masked.text)
    return revalued(found["value"], leaning) if found else None


def _amended(leaning: Leaning) -> FollowUp:
    """Take "I meant …" as a new title or value, or as another task to act on."""
    found = PATTERNS["amended"].fullmatch(leaning.masked.text)
    one = leaning.writes[0] if len(leaning.writes) == 1 else None
    task = one.result.task if one else None
    if not found or not one or not task or is_explicit(found["value"]):
        return None
    added_anew = one.call.name == "add_task" and all(isinstance(m, Add) for m in leaning.meant)
    if leaning.is_order and not added_anew:
        return None
    return _instead(one, task.id, value_change(found["value"], leaning.sentence(found["value"])))


def _instead(done: CompletedCall, number: int, change: Change | Complete) -> FollowUp:
    titled = isinstance(change, Change) and change.title
    if done.call.name == "add_task" or "title" in done.call.arguments:
        return (replace(change, targets=(ById(number),)),)
    if done.call.name == "update_task" and not titled:
        return (replace(change, targets=(ById(number),)),)
    command = command_of(done.call)
    match command:
        case Complete() | Delete() | Change() if isinstance(change, Change) and change.title:
            return Undo(), replace(command, targets=(Named(change.title),))
        case _:
            return None


_READERS: tuple[Callable[[Leaning], FollowUp], ...] = (
    _recalled,
    _regretted,
    _checked,
    terse,
    _another,
    _and_when,
    _swapped,
    _slipped,
    _amended,
    of_it,
    noted,
    carried,
)

"""What a reply asks, admits and claims, by its words alone: any assistant can be judged."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.bench.everyday.world import PlayedTurn

# Offered whatever was said, or after every write: no sign that the message was understood.
_GENERIC = frozenset({"undo", "show my tasks", "what can you do?", "plan my day"})
_FALLBACK = re.compile(
    r"not sure what you mean|can.t do that: I only|don.t know about that, only", re.IGNORECASE
)
_FALLBACK_QUESTION = "Did you want one of these?"
_DENIAL = re.compile(
    r"n[o']t\b|couldn|can't|cannot|don’t|can’t|couldn’t|\bno (?:task|such|list)|unable|nothing"
    r"|without|only understand",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"(?:^|[.!?]\s+|\n\s*)(?:(?:Done|OK|Okay)[!,.:]?\s+)?"
    r"(?:I(?:'ve|’ve| have)?\s+)?"
    r"(?P<verb>added|ticked off|completed|marked|deleted|removed|moved|changed|updated|renamed"
    r"|set|reopened|restored|undone|tagged|postponed|rescheduled|noted)\b(?! tasks?:)"
    r"(?P<rest>[^.!?\n]*)",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"[“\"#*]|task|\bit\b|\bthem\b|\d|:")
_QUOTED = re.compile(r"“([^”]+)”|\*\*([^*]+)\*\*")
_REMINDER_PROMISE = re.compile(r"I.ll remind you", re.IGNORECASE)
_COUNT = re.compile(r"\bAdded (\d+) tasks", re.IGNORECASE)
_ALREADY = re.compile(r"had that already|is already")
# Titles are cut in replies.
_TITLE_LENGTH = 25


def offers(turn: PlayedTurn) -> list[str]:
    """Return the suggestions that have to do with the message."""
    return [each for each in turn.suggestions if each.lower() not in _GENERIC]


def asks(turn: PlayedTurn) -> bool:
    """Whether it asks about the message, or offers something that has to do with it."""
    own_words = _FALLBACK.sub("", turn.reply.replace(_FALLBACK_QUESTION, ""))
    return bool(offers(turn)) or "?" in own_words


def falls_back(turn: PlayedTurn) -> bool:
    """Whether it says that the message was not understood."""
    return bool(_FALLBACK.search(turn.reply))


def denies(turn: PlayedTurn) -> bool:
    """Whether it says that something was not done."""
    return bool(_DENIAL.search(turn.reply))


def false_claims(turn: PlayedTurn) -> Iterator[str]:
    """Yield what it claims to have written and the tasks do not show."""
    touched = [*turn.added, *(new for _, new in turn.changed)]
    if _REMINDER_PROMISE.search(turn.reply) and not any(task.reminders for task in touched):
        yield "a reminder, but no task that was written has one"
    count = _COUNT.search(turn.reply)
    if count and int(count[1]) != len(turn.added):
        yield f"“{count[0]}”, but {len(turn.added)} were added"
    if _ALREADY.search(turn.reply) and not turn.wrote:
        yield "it was so already"
    for claim in _claims(turn.reply):
        if not turn.wrote or not _is_shown(claim, turn):
            yield claim.text


class _Claim(NamedTuple):
    verb: str
    title: str
    text: str


def _claims(reply: str) -> Iterator[_Claim]:
    for found in _CLAIM.finditer(reply):
        text = found[0].strip()
        if _OBJECT.search(found["rest"]) and not _DENIAL.search(text):
            quoted = _QUOTED.search(found["rest"])
            title = (quoted[1] or quoted[2]) if quoted else ""
            yield _Claim(found["verb"].lower(), title.rstrip("….").lower()[:_TITLE_LENGTH], text)


def _is_shown(claim: _Claim, turn: PlayedTurn) -> bool:
    """Whether a task that was written so has the title; true where the claim names none."""
    match claim.verb:
        case "added":
            names = [task.title for task in [*turn.added, *(new for _, new in turn.changed)]]
        case "deleted" | "removed":
            names = [task.title for task in turn.deleted]
            names += [name for old, _ in turn.changed for name in (*old.tags, old.title)]
        case "ticked off" | "completed":
            pairs = turn.changed
            names = [new.title for old, new in pairs if new.completed or new.due_on != old.due_on]
        case _:
            return True
    return any(claim.title in name.lower() for name in names) or not claim.title

"""A request that points at what its reason names: "we need more diapers, so put them on"."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from chat_api.assistant.build import build, targets
from chat_api.assistant.commands import Add, Commands, Complete, Delete, Show
from chat_api.assistant.intent import is_foreign, readings
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.normalise import Masked, plain
from chat_api.assistant.sentence import Sentence
from chat_api.assistant.slots import new_tasks


def reasoned(masked: Masked, today: date) -> Commands:
    """Return what a message asks for about the thing in its reason; nothing when it has none."""
    whole = Sentence(plain(masked.text), masked, today)
    if not PATTERNS["points"].search(whole.clause) or is_foreign(whole.clause):
        return ()
    for request, reason, wanted in _REQUESTS:
        asked = PATTERNS[request].fullmatch(whole.clause)
        about = PATTERNS[reason].fullmatch(asked["reason"].strip()) if asked else None
        if about:
            return wanted(next(filter(None, about.groups())), whole)
    return _if_missing(whole)


def _noted(words: str, whole: Sentence) -> Commands:
    return new_tasks(words, whole.masked, whole.today, one=False)


def _gone(words: str, whole: Sentence) -> Commands:
    # "I don't like this photo, so delete it" is about no task.
    if not PATTERNS["task_words"].search(whole.clause):
        return ()
    return (Delete(targets(words, whole)),)


def _ticked(words: str, whole: Sentence) -> Commands:
    return (Complete(targets(words, whole)),)


def _if_missing(whole: Sentence) -> Commands:
    """Add what a condition or a question says may not be on the list yet."""
    found = PATTERNS["if_missing"].fullmatch(whole.clause)
    if not found:
        return ()
    named = found["missing"] or found["absent"] or found["lacking"]
    question = found["question"] or found["looked"]
    return _noted(named, whole) if named else _looked_for(question, whole)


def _looked_for(question: str, whole: Sentence) -> Commands:
    asked = replace(whole, clause=plain(question))
    first = next(readings(asked.clause), None)
    match build(first, asked) if first else ():
        case (Show(wanted, check=True),) if wanted.query:
            return _noted(wanted.query, whole)
        case (Add(),) as added:
            return added
        case _:
            return ()


_REQUESTS: tuple[tuple[str, str, Callable[[str, Sentence], Commands]], ...] = (
    ("wants_noted", "needed", _noted),
    ("wants_gone", "unneeded", _gone),
    ("wants_ticked", "achieved", _ticked),
)

"""One message, several commands: where the next one starts."""

import re

from chat_api.agent.offline.intent import readings
from chat_api.agent.offline.lexicon import LEXICON
from chat_api.agent.offline.normalise import plain

_JOINT = re.compile(
    r"(?:[,;.!?]+ |,? (?=(?:and|then|also|plus|but|so) ))"
    r"(?:(?:and|then|also|plus|but|so|after that|afterwards) )*",
    re.IGNORECASE,
)
_MOST = 12
_NO_START = {"unsure", "offer", "errand", "hello", "thanks", "bye", "help", "more"}
_FIRST_NUMBER = re.compile(r"(?:task |#)?\d+ ", re.IGNORECASE)


def clauses(text: str) -> tuple[str, ...]:
    """Split a masked message into plain clauses, each of which may be a command."""
    found: list[str] = []
    rest = text
    while len(found) < _MOST:
        head, tail = _first(rest)
        found.append(plain(head))
        if not tail:
            break
        rest = tail
    return tuple(clause for clause in found if clause)


def _first(text: str) -> tuple[str, str]:
    """Split off the first clause: up to a joint behind which a command starts."""
    for joint in _JOINT.finditer(text):
        head, tail = text[: joint.start()], text[joint.end() :]
        if head.strip() and _starts_command(tail):
            return head, tail
    return text, ""


def _starts_command(text: str) -> bool:
    clause = plain(text)
    if clause.partition(" ")[0].casefold() not in LEXICON.words["openers"]:
        return False
    reading = next(readings(clause), None)
    return reading is not None and reading.kind not in _NO_START

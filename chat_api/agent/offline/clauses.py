"""One message, several commands: where the next one starts."""

import re

from chat_api.agent.offline.intent import readings
from chat_api.agent.offline.lexicon import LEXICON, PATTERNS
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
    if _is_headed(text):
        return (plain(text),)
    found: list[str] = []
    rest = text
    while len(found) < _MOST:
        head, tail = _first(rest)
        found.append(plain(head))
        if not tail:
            break
        rest = tail
    return tuple(clause for clause in found if clause)


def _is_headed(text: str) -> bool:
    """Whether a message is a list below its heading, and no row of orders."""
    found = PATTERNS["headed"].fullmatch(text)
    things = found["things"].split(";") if found else []
    return bool(things) and not all(_opens(thing) and _is_command(thing) for thing in things)


def _first(text: str) -> tuple[str, str]:
    """Split off the first clause: up to a joint behind which a command starts."""
    for joint in _JOINT.finditer(text):
        head, tail = text[: joint.start()], text[joint.end() :]
        if head.strip() and _starts_command(tail):
            return head, tail
    return text, ""


def _starts_command(text: str) -> bool:
    """Whether a command starts `text`: all of it is one, or what stands before the next opener."""
    if not _opens(text):
        return False
    joints = (joint for joint in _JOINT.finditer(text) if _opens(text[joint.end() :]))
    nearest = next(joints, None)
    return _is_command(text) or (nearest is not None and _is_command(text[: nearest.start()]))


def _opens(text: str) -> bool:
    return plain(text).partition(" ")[0].casefold() in LEXICON.words["openers"]


def _is_command(text: str) -> bool:
    reading = next(readings(plain(text)), None)
    return reading is not None and reading.kind not in _NO_START

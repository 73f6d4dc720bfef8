"""One message, several commands: where the next one starts."""

import re
from itertools import islice

from chat_api.assistant.classifier import likely_act
from chat_api.assistant.intent import readings
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.normalise import plain
from chat_api.assistant.references import is_explicit
from chat_api.assistant.values import without_last_value

_JOINT = re.compile(
    r"(?:[,;.!?]+ |,? (?=(?:and|then|also|plus|but|so) ))"
    r"(?:(?:and|then|also|plus|but|so|after that|afterwards) )*",
    re.IGNORECASE,
)
_MOST = 12
_STOPS = ".!?;"
_LIKELY, _SURE = 0.5, 0.9
_MOST_JOINTS = 40
_OPENING = 100
_VALUES = {"due", "priority", "complete", "reopen"}
_NO_START = {"", "unsure", "offer", "errand", "hello", "thanks", "bye", "help", "more"}


def clauses(text: str) -> tuple[str, ...]:
    """Split a masked message into plain clauses, each of which may be a command."""
    if _is_headed(text):
        return (plain(text),)
    found: list[str] = []
    rest = text
    while len(found) < _MOST:
        head, tail = _first(rest)
        found.extend(_both(plain(head)))
        if not tail:
            break
        rest = tail
    return tuple(clause for clause in found if clause)


def _both(clause: str) -> tuple[str, ...]:
    """Split "move task 1 to friday and task 2 to saturday", if both halves say the same kind."""
    levels = PATTERNS["gapped_level"].fullmatch(clause)
    if levels:
        pairs = (("one", "value"), ("other", "last"))
        words = ((levels[name], levels[level].removesuffix(" priority")) for name, level in pairs)
        return tuple(f"set {name} to {level} priority" for name, level in words)
    gapped = PATTERNS["gapped"].fullmatch(clause)
    if not gapped:
        return (clause,)
    verb, link, last = gapped["verb"], gapped["link"], gapped["last"]
    if gapped["value"].endswith("priority") and not last.endswith("priority"):
        last = f"{last} priority"
    first = f"{verb} {gapped['one']} {link} {gapped['value']}"
    rest = f"{verb} {gapped['other']} {link} {last}"
    kinds = {_kind(first), _kind(_both(rest)[0])}
    values = kinds <= _VALUES and (len(kinds) == 1 or link == "as")
    titles = kinds == {"change"} and is_explicit(gapped["other"])
    return (first, *_both(rest)) if values or titles else (clause,)


def _is_headed(text: str) -> bool:
    """Whether a message is a list below its heading, and no row of orders."""
    found = PATTERNS["headed"].fullmatch(text)
    things = found["things"].split(";") if found else []
    return bool(things) and not all(_opens(thing) and _is_command(thing) for thing in things)


def _first(text: str) -> tuple[str, str]:
    """Split off the first clause: up to a joint behind which a command starts."""
    for joint in islice(_JOINT.finditer(text), _MOST_JOINTS):
        head, tail = text[: joint.start()], text[joint.end() :]
        if joint.group()[0] not in _STOPS and _is_value_of_new(tail, head):
            continue
        starts = head.strip() and (_starts_command(tail) or _is_likely(tail, joint.group(), head))
        if starts and not PATTERNS["unfinished"].fullmatch(f"{plain(head)}, {plain(tail)}"):
            return head, tail
    return text, ""


def _is_value_of_new(tail: str, head: str) -> bool:
    """Whether "tag home" or "finish the report" stands behind something to add, as a part of it."""
    part = PATTERNS["no_title"].match(tail) or PATTERNS["one_more_chore"].match(tail)
    return bool(part) and _adds(head)


def _adds(head: str) -> bool:
    return _verb(head) in LEXICON.words["adders"]


def _is_likely(text: str, joint: str, head: str) -> bool:
    """Whether a command starts that no pattern fits: "complete milk", behind another or a stop.

    Behind "add" it may be one more chore: there it has to be surer.
    """
    if _verb(text) not in LEXICON.words["plain_orders"]:
        return False
    _, chance = likely_act(plain(_to_next(text)))
    return chance >= (_SURE if _adds(head) and joint[0] not in _STOPS else _LIKELY)


def _to_next(text: str) -> str:
    """Return what stands before the next opener."""
    joints = (joint for joint in _JOINT.finditer(text) if _opens(text[joint.end() :]))
    nearest = next(joints, None)
    return text[: nearest.start()] if nearest else text


def _starts_command(text: str) -> bool:
    """Whether a command starts `text`: all of it is one, or what stands before the next opener."""
    if not _opens(text):
        return False
    return _is_command(text) or _is_command(_to_next(text))


def _opens(text: str) -> bool:
    return _verb(text) in LEXICON.words["openers"]


def _verb(text: str) -> str:
    """Return the word that a clause starts with, past courtesy."""
    return plain(text[:_OPENING]).partition(" ")[0].casefold()


def _is_command(text: str) -> bool:
    clause = plain(text)
    order, value = without_last_value(clause)
    return _kind(clause) not in _NO_START or bool(value and _is_command(order))


def _kind(clause: str) -> str:
    """Return the kind of a clause's likeliest reading; "" if it has none."""
    reading = next(readings(clause), None)
    return reading.kind if reading else ""

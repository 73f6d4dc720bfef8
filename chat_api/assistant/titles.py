"""Where one title ends and the next begins, and values that are given in other forms than words."""

import re
from collections.abc import Callable
from datetime import date

from chat_api.assistant import dates
from chat_api.assistant.filters import level_of
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.normalise import is_quoted

_EDGES = " \t,;:.!?-–—"
_IN_BRACKETS = re.compile(r"\s*\(([^()]{1,40})\)")
_LABELS = (
    ("due_label", " due "),
    ("level_label", r"\g<level> priority"),
    ("number_label", r"priority \g<level>"),
)
_TAGS = re.compile(r"[\w-]+")


def in_words(text: str, today: date) -> str:
    """Return what new tasks are described by with "due: friday" and "(high)" in plain words.

    What is said of all of them ("both for monday") is put as if it were said at the end.
    """
    text = _IN_BRACKETS.sub(lambda found: _unbracketed(found, today), text)
    for name, words in _LABELS:
        text = PATTERNS[name].sub(words, text)
    text = PATTERNS["tags_label"].sub(_hashed, text)
    text = PATTERNS["one_more"].sub(", ", text)
    return PATTERNS["of_all"].sub(" ", text)


def _unbracketed(found: re.Match[str], today: date) -> str:
    """Take the brackets off dates and priorities; others stay."""
    said = [part.strip() for part in found[1].split(",")]
    if not all(dates.only(part, today) or level_of(part) for part in said):
        return found[0]
    words = (part if dates.only(part, today) else f"{level_of(part)} priority" for part in said)
    return f" {' '.join(words)}"


def _hashed(found: re.Match[str]) -> str:
    named = found["tags"] or found["tag"]
    tags = (tag for tag in _TAGS.findall(named) if tag.casefold() != "and")
    return "".join(f" #{tag}" for tag in tags)


def split_titles(text: str, bare: Callable[[str], str] = str) -> tuple[str, ...]:
    """Split "milk, eggs and bread" and "call mom and pay rent", but not "mac and cheese".

    What stands between semicolons, as lines do, is apart whatever it is. `bare` takes the values
    off a part.
    """
    listed = PATTERNS["another_task"].sub("; ", text)
    lined = tuple(filter(None, (part.strip(_EDGES) for part in listed.split(";"))))
    if any(PATTERNS["relative"].match(part) for part in lined):
        return (text,)
    lined = _with_values(lined)
    if len(lined) > 1:
        return tuple(PATTERNS["one_of_several"].sub("", part) for part in lined)
    if PATTERNS["pairs"].search(text):
        return (text,)
    parts = tuple(part.strip(_EDGES) for part in PATTERNS["title_joint"].split(text))
    if not all(parts) or any(PATTERNS["relative"].match(part) for part in parts):
        return (text,)
    parts = _with_values(parts)
    if len(parts) == 1:
        return (text,)
    named = tuple(bare(part) or part for part in parts)
    # Things may come before chores, but not after: in "call mom and dad" dad is no task.
    things = next((n for n, part in enumerate(named) if _is_chore(part)), len(named))
    apart = _are_things(named[:things]) and _are_chores(named[things:])
    return parts if apart else (text,)


def _with_values(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Put "high priority" back behind what it is said of."""
    joined: list[str] = []
    for part in parts:
        if joined and PATTERNS["no_title"].match(part):
            joined[-1] = f"{joined[-1]}, {part}"
        else:
            joined.append(part)
    return tuple(joined)


def _is_chore(part: str) -> bool:
    return part.split(maxsplit=1)[0].casefold() in LEXICON.words["chores"] or is_quoted(part)


def _are_chores(parts: tuple[str, ...]) -> bool:
    leaning = any(PATTERNS["pronoun"].search(part) for part in parts[1:])
    alone = any(len(part.split()) == 1 and not is_quoted(part) for part in parts[:1])
    return all(_is_chore(part) for part in parts) and not leaning and not alone


def _are_things(parts: tuple[str, ...]) -> bool:
    bound = any(PATTERNS["binding"].search(part) for part in parts)
    return not bound and all(len(part.split()) <= 3 for part in parts)

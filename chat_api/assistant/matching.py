"""Which of some tasks a few words mean."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.lexicon import LEXICON

_WORD = re.compile(r"[^\W_]+")
_SAME_WORD = 84
_LIKE = 72
_ENDINGS = ("ies", "es", "s", "y")


@dataclass(frozen=True)
class Matches:
    """The tasks that are surely meant, or, when none is, those that might be."""

    sure: tuple[TaskSnapshot, ...] = ()
    maybe: tuple[TaskSnapshot, ...] = ()


def match(words: str, tasks: tuple[TaskSnapshot, ...]) -> Matches:
    """Compare words with titles: the same, then all words in it, then alike."""
    same = tuple(task for task in tasks if _plain(task.title) == _plain(words))
    if same:
        return Matches(same)
    wanted = _stems(words)
    sure = tuple(task for task in tasks if wanted and _holds(_stems(task.title), wanted))
    if sure:
        return Matches(sure)
    return Matches(maybe=tuple(task for task in tasks if _is_like(words, wanted, task)))


def key_word(words: str) -> str:
    """Return the word to search by: the longest one, without its plural ending."""
    found = [w for w in _WORD.findall(words) if w.casefold() not in LEXICON.words["fillers"]]
    longest = max(found, key=len, default="")
    return _stem(longest) if longest.casefold().endswith("s") else longest


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _stems(text: str) -> frozenset[str]:
    words = _WORD.findall(text.casefold())
    telling = [word for word in words if word not in LEXICON.words["fillers"]]
    return frozenset(_stem(word) for word in telling or words)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if len(word) > len(ending) + 3 and word.casefold().endswith(ending):
            return word[: -len(ending)]
    return word


def _holds(title: frozenset[str], wanted: frozenset[str]) -> bool:
    return all(any(_same_word(word, other) for other in title) for word in wanted)


def _same_word(word: str, other: str) -> bool:
    if word == other or _begins(other, word):
        return True
    return min(len(word), len(other)) > 4 and fuzz.ratio(word, other) >= _SAME_WORD


def _begins(longer: str, shorter: str) -> bool:
    return len(shorter) > 3 and longer.startswith(shorter) and len(longer) - len(shorter) < 4


def _is_like(words: str, wanted: frozenset[str], task: TaskSnapshot) -> bool:
    """Whether the title is part of the words, inflected, or spelt much like them."""
    title = _stems(task.title)
    if title and _holds(wanted, title):
        return True
    loose = all(any(_same_word(w, t) or _begins(w, t) for t in title) for w in wanted)
    return loose or fuzz.token_sort_ratio(_plain(words), _plain(task.title)) >= _LIKE

"""When two titles may mean the same."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from db.models import Task

# One slip in a title of two short words.
_NEARLY_THE_SAME = 85
_WORD = re.compile(r"[^\W_]+")


def words_of(title: str) -> list[str]:
    """Return the words of a title, their case aside."""
    return _WORD.findall(title.casefold())


def nearly_the_same(title: str, others: Iterable[Task]) -> list[Task]:
    """Return tasks whose titles differ from this one by case, marks or a slip at most."""
    return [other for other in others if _nearly(words_of(title), words_of(other.title))]


def easily_confused(title: str, others: Iterable[Task]) -> list[Task]:
    """Return tasks that share at least half of all words with this title."""
    said = set(words_of(title))
    return [o for o in others if _shared(said, set(words_of(o.title))) >= 1 / 2]


def _nearly(one: list[str], other: list[str]) -> bool:
    # "Part 1" and "Part 2" differ by no slip.
    if [word for word in one if word.isdigit()] != [word for word in other if word.isdigit()]:
        return False
    return fuzz.ratio(" ".join(one), " ".join(other)) >= _NEARLY_THE_SAME


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / (len(one | other) or 1)

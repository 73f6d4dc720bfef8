"""Compares titles: nearly equal, or similar enough to be confused."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from db.task_values import NewestTask, Task

# Allows one typing error in a title of two short words.
_NEARLY_EQUAL = 85
_WORD = re.compile(r"[^\W_]+")


def words_of(title: str) -> list[str]:
    """Return the words of a title in lower case."""
    return _WORD.findall(title.casefold())


def nearly_equal(title: str, others: Sequence[NewestTask]) -> list[NewestTask]:
    """Return tasks whose titles differ from this one by case, punctuation or one typing error."""
    words = words_of(title) if others else []
    return [other for other in others if _nearly_equal(words, words_of(other.title))]


def similar_titles(title: str, others: Iterable[Task]) -> list[Task]:
    """Return tasks whose titles share at least half of all words with this one."""
    words = set(words_of(title))
    return [other for other in others if _overlap(words, set(words_of(other.title))) >= 1 / 2]


def _nearly_equal(one: list[str], other: list[str]) -> bool:
    # "Part 1" and "Part 2" are two tasks.
    if [word for word in one if word.isdigit()] != [word for word in other if word.isdigit()]:
        return False
    return fuzz.ratio(" ".join(one), " ".join(other)) >= _NEARLY_EQUAL


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / (len(one | other) or 1)

"""Titles compared by their words, without those that carry nothing."""

import re
from collections.abc import Iterable, Sequence

from tests.bench.everyday.world import Task

# Below it two titles are not of the same task.
ALIKE = 0.34
_CONTAINED = 0.6
_NEARLY = 0.95
_WORD = re.compile(r"[^\W_]+(?:['./:@#&+-][^\W_]+)*")
_EMPTY = frozenset(
    ["the", "a", "an", "my", "our", "your", "some", "to", "i", "please", "me", "that", "this", "of"]
)  # fmt: skip


def words(text: str) -> list[str]:
    """Return the words of a title; those that carry nothing only if there are no others."""
    found = _WORD.findall(text.lower().replace("’", "'").replace("‘", "'"))
    return [word for word in found if word not in _EMPTY] or found


def same_title(title: str, spellings: Iterable[str]) -> bool:
    """Whether it is one of the spellings."""
    return any(words(title) == words(spelling) for spelling in spellings)


def similarity(title: str, spellings: Iterable[str]) -> float:
    """Return 1 for one of the spellings, else how far the words overlap."""
    return max((_similarity(words(title), words(each)) for each in spellings), default=0.0)


def _similarity(one: list[str], other: list[str]) -> float:
    if one == other:
        return 1.0
    first, second = set(one), set(other)
    common = len(first & second)
    contained = _CONTAINED if common and (first <= second or second <= first) else 0.0
    return min(max(common / len(first | second or {""}), contained), _NEARLY)


def find(title: str, tasks: Sequence[Task]) -> Task | None:
    """Return the task that a title names, rather an open one."""
    ranked = sorted(tasks, key=lambda task: (-similarity(task.title, [title]), task.completed))
    return ranked[0] if ranked and similarity(ranked[0].title, [title]) >= ALIKE else None


def text_of(tasks: Iterable[Task]) -> str:
    """Return the titles and descriptions of tasks."""
    return " ".join(f"{task.title} {task.description}" for task in tasks)


def lost_words(spellings: Iterable[str], tasks: Iterable[Task]) -> list[str]:
    """Return the words of a title that are in no task, by the spelling that loses fewest."""
    present = set(words(text_of(tasks)))
    return min((sorted(set(words(each)) - present) for each in spellings), key=len)

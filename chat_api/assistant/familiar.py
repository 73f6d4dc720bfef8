"""Tasks that a message names by words that the conversation knows them by.

"Move my dentist appointment to tuesday" is about a calendar, as far as its words go; where a task
of that name was spoken of before, it is about the task.
"""

import re
from collections.abc import Callable

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.lexicon import LEXICON
from chat_api.assistant.memory import Memory

_ARTICLE = r"(?:\b(?:the|my|our|that|this)\s+)?"
_NOUN = r"(?:\s+(?:one|task|thing|item)(?!\s+\d))?(?!\w)"
_WORD = re.compile(r"[^\W\d_][\w'-]{2,}")


def numbered(text: str, memory: Memory) -> str:
    """Return a message with "task 4" in the place of the title of a task that is known.

    Without a whole title in it, words do that are in the title of one known task only.
    """
    by_title = _replaced(text, memory, _titles)
    return by_title if by_title != text else _replaced(text, memory, _telling_words)


def _replaced(text: str, memory: Memory, names_of: Callable[[str], list[str]]) -> str:
    numbers = _numbers(memory, names_of)
    for name in sorted(numbers, key=len, reverse=True):
        named = rf"{_ARTICLE}(?<![\w#]){re.escape(name)}{_NOUN}"
        text = re.sub(named, f"task {numbers[name]}", text, flags=re.IGNORECASE)
    return re.sub(r"(\btask \d+\b)(?:\s+\1)+", r"\1", text)


def _numbers(memory: Memory, names_of: Callable[[str], list[str]]) -> dict[str, int]:
    """Return what names just one of the known tasks, with its number."""
    known: dict[int, TaskSnapshot] = {}
    for task in (task for group in memory.groups for task in group.tasks):
        known.setdefault(task.id, task)
    found: dict[str, set[int]] = {}
    for number, task in known.items():
        for name in names_of(task.title.casefold()):
            found.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def _titles(title: str) -> list[str]:
    return [title] if title else []


def _telling_words(title: str) -> list[str]:
    empty = LEXICON.words["chores"] | LEXICON.words["fillers"] | LEXICON.words["openers"]
    return [word for word in _WORD.findall(title) if word not in empty]

"""Whether a message of the user asks for a write.

A model that has read text of others may follow it. Its calls then count only where the user's own
message names what they change; the rule reads words, not meaning, so that no language and no
model has to be trusted with it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from db.task_undo import TaskUndo
from db.task_writes import TaskWrite
from mcp_server.errors import Candidate, NotRequested
from mcp_server.similarity import words_of
from mcp_server.task_lookup import significant

_SHORTEST_STEM = 4
_TEXTS = ("title", "description", "tags", "add_tags", "list")
# Words of commands name nothing by themselves.
_COMMANDS = frozenset(
    {"add", "all", "complete", "delete", "do", "done", "list", "lists", "show", "today", "what"}
)


def require_request(write: TaskWrite | TaskUndo, message: str) -> None:
    """Return if the message names the task of a write; a new one by half the words of its title.

    Raises:
        NotRequested: It does not. Nothing says what an undo is for: it is asked about.
    """
    if isinstance(write, TaskUndo):
        raise NotRequested(Candidate.of(write.task, None))
    if write.before is None:
        named = _named(write.task.title, message)
        if sum(named) * 2 < len(named):
            raise NotRequested(None)
    elif not (_has_number(message, write.before.id) or any(_named(write.before.title, message))):
        raise NotRequested(Candidate.of(write.before, None))


def has_all_words(message: str, arguments: Mapping[str, Any]) -> bool:
    """Return whether a call writes no other words than those of the message."""
    words = set(words_of(message))
    return all(words.issuperset(words_of(text)) for text in _texts(arguments))


def _texts(arguments: Mapping[str, Any]) -> Iterator[str]:
    for name in _TEXTS:
        value = arguments.get(name)
        yield from (str(each) for each in value) if isinstance(value, list) else [str(value or "")]


def _named(title: str, message: str) -> list[bool]:
    """Return for each significant word of a title whether the message has it."""
    words = words_of(message)
    significant_words = significant(title)
    named = [word for word in significant_words if word not in _COMMANDS] or significant_words
    return [any(_alike(word, other) for other in words) for word in named]


def _alike(word: str, other: str) -> bool:
    """Compare two words: one may be inflected, and some scripts put no spaces between words."""
    short, long = sorted((word, other), key=len)
    if short.isascii():
        return short == long or (len(short) >= _SHORTEST_STEM and long.startswith(short))
    return short == long or (len(short) > 1 and short in long)


def _has_number(message: str, task_id: int) -> bool:
    return re.search(rf"(?<!\d){task_id}(?!\d)", message, re.ASCII) is not None

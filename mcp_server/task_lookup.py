"""Which task is meant: the one of a number, or the one whose title holds some words.

A model that has seen no list can hand on what the user said and has no number to guess. Words that
fit several tasks are never settled by chance.
"""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field
from rapidfuzz import fuzz, process

from db.models import Task
from db.tasks import UserTasks
from db.values import LARGEST_ID, TITLE_LENGTH, TaskId, clean_line
from mcp_server.errors import AmbiguousTask, NoTaskNamed
from mcp_server.similarity import words_of

_NUMBER = re.compile(r"(?:task\s*)?#?\s*(\d{1,10})", re.IGNORECASE | re.ASCII)
# Words that a sentence needs and a title may do without.
_FILLING = frozenset(
    {"a", "an", "the", "my", "our", "this", "that", "of", "to", "for", "in", "on", "at"}
    | {"task", "tasks", "todo", "item"}
)
_CLOSEST = 3
_CLOSE = 75


def _number_or_words(value: object) -> object:
    if isinstance(value, str):
        value = clean_line(value)
        if isinstance(value, str) and (number := _NUMBER.fullmatch(value)):
            value = int(number.group(1))
        elif not words_of(str(value)) or len(str(value)) > TITLE_LENGTH:
            raise ValueError(f"must be a task's number, or 1 to {TITLE_LENGTH} characters of words")
        else:
            return value
    if type(value) is not int or not 1 <= value <= LARGEST_ID:
        raise ValueError("must be the number of a task, or words of its title")
    return value


Which = Annotated[
    TaskId | Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)],
    Field(description="Number, or words of the title"),
    BeforeValidator(_number_or_words),
]


async def number_of(tasks: UserTasks, which: int | str, *, done: bool | None) -> int:
    """Return the number of the task that is meant.

    Args:
        tasks: The caller's.
        which: A number, which is returned as it is, or words that its title holds.
        done: Whether tasks that are done, or those that are open, are meant rather than the
            others, should the words fit both; None if there is nothing to tell.

    Raises:
        NoTaskNamed: No title holds the words.
        AmbiguousTask: More than one does.

    """
    if isinstance(which, int):
        return which
    words = _telling(which)
    fitting = [task for task in await tasks.find_by_title(map(_stem, words)) if _holds(task, words)]
    same = [task for task in fitting if _telling(task.title) == words]
    likely = [task for task in same or fitting if task.completed == done]
    match likely or same or fitting:
        case [task]:
            return task.id
        case []:
            raise NoTaskNamed(which, _closest(which, await tasks.newest_open()))
        case several:
            raise AmbiguousTask(which, several)


def _telling(text: str) -> list[str]:
    words = words_of(text)
    return [word for word in words if word not in _FILLING] or words


def _holds(task: Task, words: list[str]) -> bool:
    title = set(map(_stem, words_of(task.title)))
    return title.issuperset(map(_stem, words))


def _stem(word: str) -> str:
    # "Gas" and "bus" are no plurals.
    return word.removesuffix("s") if len(word) > 3 else word


def _closest(name: str, tasks: list[Task]) -> list[Task]:
    titles = [task.title.casefold() for task in tasks]
    close = process.extract(
        name.casefold(), titles, scorer=fuzz.partial_ratio, limit=_CLOSEST, score_cutoff=_CLOSE
    )
    return [tasks[place] for _, _, place in close]

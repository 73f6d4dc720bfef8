"""Finds the task that a reference means: a number, or words of a title.

A model that has not listed the tasks can pass on the user's words and need not guess a number.
Words that fit several tasks are refused, never resolved by chance.
"""

import re
from functools import partial
from typing import Annotated

from pydantic import BeforeValidator, Field
from rapidfuzz import fuzz, process

from db.task_values import Task
from db.task_writes import Target, TaskWriter, TitledTask
from db.tasks import UserTasks
from db.values import LARGEST_ID, TITLE_LENGTH, TaskId, clean_line
from mcp_server.errors import AmbiguousTask, Candidate, NoTaskNamed
from mcp_server.similarity import words_of

_NUMBER = re.compile(r"(?:task\s*)?#?\s*(\d{1,10})", re.IGNORECASE | re.ASCII)
# Words that a reference may have and the title may lack.
_STOP_WORDS = frozenset(
    {"a", "an", "the", "my", "our", "this", "that", "of", "to", "for", "in", "on", "at"}
    | {"task", "tasks", "todo", "item"}
)
_CLOSEST = 3
_MIN_SCORE = 75


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


TaskReference = Annotated[
    TaskId | Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)],
    Field(description="Number, or words of the title"),
    BeforeValidator(_number_or_words),
]


def target(writer: TaskWriter, reference: int | str, *, completed: bool | None) -> Target:
    """Return the task that a reference means, to be found by the statement that begins a write.

    Args:
        writer: The write's.
        reference: A number, or words that the task's title holds.
        completed: Where the words fit both open and completed tasks, which of them to take; None
            takes neither.
    """
    if isinstance(reference, int):
        return reference
    tasks = UserTasks(writer.connection, writer.origin)
    return TitledTask(_parts(reference), partial(_chosen, tasks, reference, completed))


async def find_task(tasks: UserTasks, reference: int | str) -> Task:
    """Return the task that a reference means.

    Raises:
        TaskNotFound: The user has no task of that number.
        NoTaskNamed: No title holds the words.
        AmbiguousTask: Several titles hold the words.
    """
    if isinstance(reference, int):
        return await tasks.get(reference)
    return await _chosen(tasks, reference, None, await tasks.find_by_title(_parts(reference)))


async def _chosen(
    tasks: UserTasks, reference: str, completed: bool | None, found: list[Task]
) -> Task:
    """Choose the task that words mean, of those whose titles hold all of them.

    Raises:
        NoTaskNamed: No title holds the words.
        AmbiguousTask: Several titles hold the words.
    """
    words = significant(reference)
    fitting = [task for task in found if _holds(task, words)]
    exact = [task for task in fitting if significant(task.title) == words]
    likely = [task for task in exact or fitting if task.completed == completed]
    match likely or exact or fitting:
        case [task]:
            return task
        case []:
            closest = _closest(reference, await tasks.newest_open())
            raise NoTaskNamed(reference, [Candidate.of(task, tasks.author) for task in closest])
        case several:
            raise AmbiguousTask(reference, [Candidate.of(task, tasks.author) for task in several])


def _parts(reference: str) -> list[str]:
    return [_stem(word) for word in significant(reference)]


def significant(text: str) -> list[str]:
    """Return the words that name something; all of them if none does."""
    words = words_of(text)
    return [word for word in words if word not in _STOP_WORDS] or words


def _holds(task: Task, words: list[str]) -> bool:
    title = set(map(_stem, words_of(task.title)))
    return title.issuperset(map(_stem, words))


def _stem(word: str) -> str:
    # "Gas" and "bus" are not plurals.
    return word.removesuffix("s") if len(word) > 3 else word


def _closest(name: str, tasks: list[Task]) -> list[Task]:
    titles = [task.title.casefold() for task in tasks]
    close = process.extract(
        name.casefold(),
        titles,
        scorer=fuzz.partial_ratio,
        limit=_CLOSEST,
        score_cutoff=_MIN_SCORE,
    )
    return [tasks[index] for _, _, index in close]

"""Tasks that a message names by the titles that the conversation knows them by.

"Move my dentist appointment to tuesday" is about a calendar, as far as its words go; where a task
of that name was spoken of before, it is about the task.
"""

import re

from chat_api.agent.offline.conversation import Task
from chat_api.agent.offline.memory import Memory

_ARTICLE = r"(?:\b(?:the|my|our|that|this)\s+)?"


def numbered(text: str, memory: Memory) -> str:
    """Return a message with "task 4" in the place of a known title; the longest titles first.

    Titles that several tasks have stay, since they don't tell which one is meant.
    """
    for title, number in sorted(_numbers(memory).items(), key=lambda known: -len(known[0])):
        named = rf"{_ARTICLE}(?<!\w){re.escape(title)}(?!\w)"
        text = re.sub(named, f"task {number}", text, flags=re.IGNORECASE)
    return text


def _numbers(memory: Memory) -> dict[str, int]:
    tasks: dict[int, Task] = {}
    for task in (task for group in memory.groups for task in group):
        tasks.setdefault(task.id, task)
    titles = [task.title.casefold() for task in tasks.values()]
    return {
        title: number
        for title, number in zip(titles, tasks, strict=True)
        if title and titles.count(title) == 1
    }

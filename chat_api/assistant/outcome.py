"""What came of commands: words to say, tasks acted on, and a question when one is open."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from chat_api.assistant import phrase
from chat_api.assistant.commands import Add, Offer, Targeted, Undo
from chat_api.assistant.contract import TaskSnapshot, ToolCall, ToolResult


@dataclass(frozen=True)
class Question:
    """Something asked back, which the next message may answer.

    `confirm` and `which` are about `candidates`; `title`, `target` and `change` want a part of the
    command; `offer` and `undo` propose it.
    """

    kind: Literal["confirm", "which", "title", "target", "change", "offer", "undo"]
    command: Add | Offer | Targeted | Undo
    candidates: tuple[TaskSnapshot, ...] = ()


@dataclass(frozen=True)
class CommandOutcome:
    """The end of one or more commands."""

    text: str
    tasks: tuple[TaskSnapshot, ...] = ()
    question: Question | None = None

    @property
    def task_ids(self) -> tuple[int, ...]:
        """The numbers of the tasks that it is about, those that it asks about included."""
        asked = self.question.candidates if self.question else ()
        return tuple(dict.fromkeys(task.id for task in (*self.tasks, *asked)))


Script: TypeAlias = Generator[tuple[ToolCall, ...], tuple[ToolResult, ...], CommandOutcome]
"""A command being carried out: yields calls, is sent their results, returns what came of it."""


def merged(outcomes: Iterable[CommandOutcome]) -> CommandOutcome:
    """Return several outcomes as one, in order, but what is asked comes last, and only once."""
    everything = tuple(outcomes)
    told = [outcome.text for outcome in everything if not outcome.question and outcome.text]
    asking = [outcome for outcome in everything if outcome.question]
    texts = [*told, *([phrase.one_question()] if asking[1:] else []), *(o.text for o in asking[:1])]
    return CommandOutcome(
        ("\n\n" if any("\n" in text for text in texts) else "\n").join(texts),
        tuple(task for outcome in everything for task in outcome.tasks),
        asking[0].question if asking else None,
    )

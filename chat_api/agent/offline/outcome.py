"""What came of commands: words to say, tasks acted on, and a question when one is open."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from chat_api.agent.offline.commands import Add, Offer, Targeted, Undo
from chat_api.agent.offline.conversation import Call, Result, Task


@dataclass(frozen=True)
class Question:
    """Something asked back, which the next message may answer.

    `confirm` and `which` are about `candidates`; `title`, `target` and `change` want a part of the
    command; `offer` and `undo` propose it.
    """

    kind: Literal["confirm", "which", "title", "target", "change", "offer", "undo"]
    command: Add | Offer | Targeted | Undo
    candidates: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The end of one or more commands."""

    text: str
    tasks: tuple[Task, ...] = ()
    question: Question | None = None


Script: TypeAlias = Generator[tuple[Call, ...], tuple[Result, ...], Outcome]
"""A command being carried out: yields calls, is sent their results, returns what came of it."""


def merged(outcomes: Iterable[Outcome]) -> Outcome:
    """Return several outcomes as one, in order, but what is asked comes last."""
    all_of_them = sorted(outcomes, key=lambda outcome: outcome.question is not None)
    block = any("\n" in outcome.text for outcome in all_of_them)
    return Outcome(
        ("\n\n" if block else "\n").join(o.text for o in all_of_them if o.text),
        tuple(task for outcome in all_of_them for task in outcome.tasks),
        next((o.question for o in reversed(all_of_them) if o.question), None),
    )

"""A message, with the conversation before it that it may lean on."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from chat_api.assistant.commands import Command, Offer, Say
from chat_api.assistant.contract import CompletedCall, TaskSnapshot, Transcript
from chat_api.assistant.memory import Memory
from chat_api.assistant.normalise import Masked, plain
from chat_api.assistant.outcome import CommandOutcome
from chat_api.assistant.sentence import Sentence

FollowUp: TypeAlias = tuple[Command, ...] | CommandOutcome | None


@dataclass(frozen=True)
class Leaning:
    """A message, and the conversation before it."""

    masked: Masked
    meant: tuple[Command, ...]
    earlier: Transcript
    memory: Memory
    today: date

    @property
    def clause(self) -> str:
        """The whole message as the patterns read it."""
        return plain(self.masked.text)

    @property
    def writes(self) -> tuple[CompletedCall, ...]:
        """What the turn before changed."""
        return writes_of(self.earlier.current.done)

    @property
    def written(self) -> CompletedCall | None:
        """The one thing that the turn before added or changed."""
        one = self.writes[0] if len(self.writes) == 1 else None
        return one if one and one.call.name in {"add_task", "update_task"} else None

    @property
    def task(self) -> TaskSnapshot | None:
        """The one task that the turn before added or changed."""
        return self.written.result.task if self.written else None

    @property
    def is_order(self) -> bool:
        """Whether the message is an order by itself."""
        return not all(isinstance(each, Say | Offer) for each in self.meant)

    def sentence(self, clause: str) -> Sentence:
        """Return a part of the message, to read its slots."""
        return Sentence(clause, self.masked, self.today)


def writes_of(done: tuple[CompletedCall, ...]) -> tuple[CompletedCall, ...]:
    """Return the calls that changed tasks."""
    return tuple(each for each in done if each.call.name != "list_tasks" and each.result.task)

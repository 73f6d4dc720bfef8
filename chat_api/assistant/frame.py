"""What a message asks for: frames as its words give them, and requests as the conversation does."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from chat_api.assistant.entity import Entity
from chat_api.assistant.values import NO_FILTER, NO_VALUES, TaskFilter, TaskValues

Intent: TypeAlias = Literal[
    "add",
    "list",
    "plan",
    "complete",
    "reopen",
    "update",
    "delete",
    "undo",
    "more",
    "instead",
    "yes",
    "no",
    "greeting",
    "thanks",
    "feeling",
    "about",
    "foreign",
    "none",
]


# What acts on existing tasks, and what changes tasks at all.
ACTS: frozenset[Intent] = frozenset({"complete", "reopen", "update", "delete"})
CHANGES = ACTS | {"add"}


@dataclass(frozen=True)
class Frame:
    """One command, question or remark of a message, as read from its words alone.

    Of the intents, `more` continues the last command ("and envelopes", "same for the rent") and
    `instead` corrects it ("no, saturday", "I meant the bank").

    Attributes:
        intent: The likeliest reading.
        confidence: Its probability, 0 to 1.
        text: The clause, as typed.
        start: Offset of the clause in the message.
        titles: What to add, one title for each task, as typed; with them every entity that is part
            of a title ("read the monday memo").
        references: Words by which existing tasks are named, one for each task; of a list, the words
            to search for.
        new_title: What a task is to be called.
        description: The text of a note.
        list_name: The list that is named, without the word "list".
        entities: Finds that are no part of the above.
        rest: What the clause says beside all of the above, as typed: a reason, a place.
        alternatives: Other readings, likeliest first, if this one is not sure.

    """

    intent: Intent
    confidence: float
    text: str
    start: int = 0
    titles: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    new_title: str | None = None
    description: str | None = None
    list_name: str | None = None
    entities: tuple[Entity, ...] = ()
    rest: tuple[str, ...] = ()
    alternatives: "tuple[Frame, ...]" = ()


Missing: TypeAlias = Literal["", "antecedent", "place"]


@dataclass(frozen=True)
class Target:
    """Which tasks are meant.

    Attributes:
        ids: Numbers that are known.
        words: Words of a title, for each further task.
        described: What the tasks have, beside the words or for all that have it.
        everything: Whether all tasks are meant that fit `described`.
        exceptions: Words of the titles that `everything` leaves out.
        confirm: Whether the user must be asked before several tasks are completed or deleted,
            because they are not named one by one.
        missing: What a pronoun or an ordinal refers to and is not there.

    """

    ids: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    described: TaskFilter = NO_FILTER
    everything: bool = False
    exceptions: tuple[str, ...] = ()
    confirm: bool = False
    missing: Missing = ""

    def __bool__(self) -> bool:
        return bool(self.ids or self.words or self.everything or self.missing)


NO_TARGET = Target()


@dataclass(frozen=True)
class Request:
    """A command, a question or a remark with all that is needed to handle it.

    Attributes:
        intent: What to do.
        text: The clause that it comes from.
        start: Offset of the clause in the message.
        titles: What to add.
        target: The tasks to act on, or those that a list is about.
        values: What to set.
        new_title: What the task is to be called.
        amends: Whether the new title may stand for a part of the old one.
        description: A note, for a new task or to be appended.
        entities: What else the clause holds.
        undo_first: Whether the last change is taken back before.
        change_id: The change to take back, if not the conversation's last.
        ask: Whether to ask before it is done.
        within: The filters that a list keeps of the one before.
        continues: Whether it continues what the last exchange did.
        rest: What the clause says beside all of this.
        confidence: The probability of this reading.
        alternatives: Other readings, likeliest first, if this one is not sure.

    """

    intent: Intent
    text: str = ""
    start: int = 0
    titles: tuple[str, ...] = ()
    target: Target = NO_TARGET
    values: TaskValues = NO_VALUES
    new_title: str | None = None
    amends: bool = False
    description: str | None = None
    entities: tuple[Entity, ...] = ()
    undo_first: bool = False
    change_id: int | None = None
    ask: bool = False
    within: Mapping[str, Any] = field(default_factory=dict)
    continues: bool = False
    rest: tuple[str, ...] = ()
    confidence: float = 1.0
    alternatives: "tuple[Request, ...]" = ()

    def has(self, kind: str, value: object) -> bool:
        """Whether the clause holds a find of this kind and value."""
        return any(each.kind == kind and each.value == value for each in self.entities)

    @property
    def sets(self) -> bool:
        """Whether there is a value, a title or a note to set."""
        given = self.values != NO_VALUES or self.new_title or self.description
        return bool(given) or any(each.kind == "shift" for each in self.entities)

    @property
    def readings(self) -> "tuple[Request, ...]":
        """This reading and the others, each by itself."""
        return (replace(self, alternatives=()), *self.alternatives)


NO_REQUEST = Request("none")

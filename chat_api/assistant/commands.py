"""What a sentence asks for, before anyone knows which tasks are meant."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from chat_api.assistant.contract import TaskSnapshot

Status = Literal["all", "pending", "completed"]
Sort = Literal["due", "priority", "title", "-updated"]
Priority = Literal["none", "low", "medium", "high"]
Field = Literal["due_on", "priority", "tags"]
Intent = Literal["add", "list", "complete", "update", "delete", "none"]
Remark = Literal[
    "hello",
    "thanks",
    "bye",
    "help",
    "others",
    "create_list",
    "one_list",
    "undo_all",
    "condition",
    "unsure",
    "kept",
    "long",
    "beyond",
]


EVERY_TAG = "*"


@dataclass(frozen=True)
class ById:
    """As in "task 3"."""

    task_id: int


@dataclass(frozen=True)
class It:
    """As in "it" and "that one"."""


@dataclass(frozen=True)
class Them:
    """As in "both" and "all of them": what the conversation was just about."""

    count: int | None = None


@dataclass(frozen=True)
class Nth:
    """As in "the second one": a place in the list shown last, from 1, or -1 for the last."""

    place: int


@dataclass(frozen=True)
class Named:
    """As in "the meeting task"; `when` is the time said with it: "the reminder for yoga at 6"."""

    words: str
    when: str = ""


@dataclass(frozen=True)
class Trait:
    """What tasks have, or are `lacking`, in a field: one of `values`, or without these any at all.

    As in "without a due date", "not tagged work", "high or medium priority".
    """

    field: Field
    values: tuple[str, ...] = ()
    lacking: bool = False


@dataclass(frozen=True)
class Filter:
    """Which tasks to list; the days are inclusive.

    `kind` is the word in "my work tasks": a tag, or else a word of the titles. What the tool can't
    filter by are the `traits`.
    """

    status: Status = "all"
    query: str | None = None
    tag: str | None = None
    priority: Priority | None = None
    due_after: date | None = None
    due_before: date | None = None
    sort: Sort | None = None
    kind: str | None = None
    traits: tuple[Trait, ...] = ()
    completed_after: date | None = None
    completed_before: date | None = None


@dataclass(frozen=True)
class Everything:
    """As in "all completed tasks"; `spared` are those of "… except task 2"."""

    wanted: Filter
    spared: tuple["Reference", ...] = ()


@dataclass(frozen=True)
class Shift:
    """How far a due date moves; negative for sooner."""

    days: int = 0
    months: int = 0

    @property
    def is_back(self) -> bool:
        """Whether it makes a task due sooner."""
        return self.days < 0 or self.months < 0


Reference: TypeAlias = ById | It | Them | Nth | Named | Everything


@dataclass(frozen=True)
class Add:
    """A new task; without a title the person has to be asked for one.

    `unless_there` says that it is to be added only if there is no such task yet; `when` is the part
    of a reminder's description that says when, in the user's words.
    """

    title: str = ""
    due_on: date | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    description: str = ""
    unless_there: bool = False
    when: str = ""


@dataclass(frozen=True)
class Show:
    """A list.

    `check` says that it answers whether something is on it, and `facts` what is kept of that.
    """

    wanted: Filter
    check: bool = False
    facts: bool = False


@dataclass(frozen=True)
class ShowTask:
    """One task by its number."""

    task_id: int


@dataclass(frozen=True)
class CheckTasks:
    """Whether tasks that the conversation was just about are on the list."""

    tasks: tuple[TaskSnapshot, ...]


@dataclass(frozen=True)
class ShowMore:
    """The next page of the list shown last."""


@dataclass(frozen=True)
class Complete:
    """Tasks that are done; `asked` is for "may I …?", which wants a yes first."""

    targets: tuple[Reference, ...]
    asked: bool = False


@dataclass(frozen=True)
class Delete:
    """Tasks to delete; `asked` is for "may I …?", which wants a yes first."""

    targets: tuple[Reference, ...]
    asked: bool = False


@dataclass(frozen=True)
class Change:
    """New values for tasks; None leaves a value as it is.

    `drop_tag` is a tag to be taken off, or `EVERY_TAG`. `when` is a time or a recurrence, which
    takes the place of the one that a task holds in words; `note` is one more line of its
    description.
    """

    targets: tuple[Reference, ...]
    title: str | None = None
    description: str | None = None
    due_on: date | Literal["none"] | None = None
    priority: Priority | None = None
    add_tags: tuple[str, ...] = ()
    drop_tag: str | None = None
    completed: bool | None = None
    shift: Shift | None = None
    when: str = ""
    note: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was said about what should change."""
        given = (
            self.title,
            self.due_on,
            self.priority,
            self.add_tags,
            self.drop_tag,
            self.shift,
            self.when,
            self.note,
        )
        return self.completed is None and self.description is None and not any(given)

    @property
    def builds_on(self) -> bool:
        """Whether the new values depend on those that the task has."""
        return bool(self.add_tags or self.drop_tag or self.shift or self.when or self.note)


@dataclass(frozen=True)
class Undo:
    """The newest change of this conversation is to be taken back, or else the one named."""

    change_id: int | None = None


@dataclass(frozen=True)
class Offer:
    """Things to do were mentioned, but nobody asked to note them."""

    adds: tuple[Add, ...]


@dataclass(frozen=True)
class Say:
    """Something that needs no tool."""

    remark: Remark


@dataclass(frozen=True)
class Unread:
    """A part of a message that is an order by its verb, and can't be understood."""

    words: str


Targeted: TypeAlias = Complete | Delete | Change
Looking: TypeAlias = Show | ShowTask | ShowMore | CheckTasks
Command: TypeAlias = Add | Looking | Targeted | Undo | Offer | Say | Unread
Commands: TypeAlias = tuple[Command, ...]


def intent_of(command: Command) -> Intent:
    """Return what kind of operation on tasks a command is; a new list is for new tasks."""
    match command:
        case Add() | Say("create_list"):
            return "add"
        case Show() | ShowTask() | ShowMore() | CheckTasks():
            return "list"
        case Complete():
            return "complete"
        case Delete():
            return "delete"
        case Change() | Undo():
            return "update"
        case _:
            return "none"


def is_whole(command: Command) -> bool:
    """Whether a command names its task, and a change says what should change."""
    match command:
        case Complete(meant) | Delete(meant):
            return bool(meant)
        case Change(meant):
            return bool(meant) and not command.empty
        case _:
            return False

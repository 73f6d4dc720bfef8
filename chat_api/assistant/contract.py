"""What the assistant is given and what it answers, in words of its own: no SDK, no HTTP.

A transcript goes in; either tool calls come out, whose results the next transcript has, or the
reply that ends the turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class TaskSnapshot:
    """A task as a tool result showed it."""

    id: int
    title: str
    completed: bool = False
    due_on: str | None = None
    due_time: str | None = None
    repeat: str | None = None
    reminders: tuple[str, ...] = ()
    priority: str | None = None
    tags: tuple[str, ...] = ()
    description: str = ""
    list: str | None = None


@dataclass(frozen=True)
class ToolError:
    """Why a tool did nothing.

    Attributes:
        code: Stable name of the broken rule; empty where the tool gave only a text.
        message: One sentence.
        data: All fields of the error.

    """

    code: str = ""
    message: str = ""
    data: Json = field(default_factory=dict)


@dataclass(frozen=True)
class ToolResult:
    """What a tool answered: data, or an error."""

    data: Json | None = None
    error: ToolError | None = None

    @property
    def tasks(self) -> tuple[TaskSnapshot, ...]:
        """The tasks of a list, or the one task of any other result."""
        data = self.data or {}
        if "tasks" in data:
            return tuple(_task(each) for each in data["tasks"] if isinstance(each, dict))
        return (_task(data.get("task") or data),) if "task_id" in data else ()

    @property
    def task(self) -> TaskSnapshot | None:
        """The task that a writing tool acted on."""
        return next(iter(self.tasks), None)


@dataclass(frozen=True)
class ToolCall:
    """A tool call."""

    name: str
    arguments: Json = field(default_factory=dict)


@dataclass(frozen=True)
class CompletedCall:
    """A tool call with its result."""

    call: ToolCall
    result: ToolResult


@dataclass(frozen=True)
class TranscriptTurn:
    """A message of the user, the tool calls that it led to, and the reply.

    Attributes:
        text: The message.
        done: The tool calls with their results, in order.
        reply: The text of the reply; empty while the turn waits for it.
        task_ids: The tasks that the reply was about, in the order shown.
        pending: The reply's `pending`, if it had one.

    """

    text: str
    done: tuple[CompletedCall, ...] = ()
    reply: str = ""
    task_ids: tuple[int, ...] = ()
    pending: Json | None = None


@dataclass(frozen=True)
class Transcript:
    """The turns, oldest first; the last one waits for its reply."""

    turns: tuple[TranscriptTurn, ...]

    @property
    def current(self) -> TranscriptTurn:
        """The turn that waits for its reply."""
        return self.turns[-1]

    @property
    def earlier(self) -> "Transcript | None":
        """The transcript up to and with the reply of the turn before."""
        return Transcript(self.turns[:-1]) if len(self.turns) > 1 else None


def _task(data: Json) -> TaskSnapshot:
    number = data.get("id", data.get("task_id"))
    return TaskSnapshot(
        id=number if isinstance(number, int) else 0,
        title=str(data.get("title", "")),
        completed=data.get("completed") is True,
        due_on=data.get("due_on"),
        due_time=data.get("due_time"),
        repeat=data.get("repeat"),
        reminders=tuple(data.get("reminders") or ()),
        priority=data.get("priority"),
        tags=tuple(data.get("tags") or ()),
        description=str(data.get("description") or ""),
        list=data.get("list"),
    )


@dataclass(frozen=True)
class ToolCalls:
    """Tools to call next, side by side."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True)
class Reply:
    """The end of the turn.

    Attributes:
        text: Markdown.
        task_ids: The tasks that it is about.
        suggestions: Messages that the user may send next, four at most.
        pending: What the next message may answer or lean on, as data; stored with the message and
            given back in the next turn's transcript.

    """

    text: str
    task_ids: tuple[int, ...] = ()
    suggestions: tuple[str, ...] = ()
    pending: Json | None = None

"""The model's input items, as the turns of a conversation."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """A task as a tool result showed it."""

    id: int
    title: str
    completed: bool = False
    due_on: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Result:
    """What a tool answered: data, or the text of an error."""

    data: Json | None = None
    error: str = ""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of a list, or the one task of any other result."""
        data = self.data or {}
        if "tasks" in data:
            return tuple(_task(each) for each in data["tasks"] if isinstance(each, dict))
        return (_task(data.get("task") or data),) if "task_id" in data else ()

    @property
    def task(self) -> Task | None:
        """The task that a writing tool acted on."""
        return next(iter(self.tasks), None)


@dataclass(frozen=True)
class Call:
    """A tool call."""

    name: str
    arguments: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """A tool call of the conversation, with its result."""

    call: Call
    result: Result


@dataclass(frozen=True)
class Turn:
    """What a person said, what was called for it, and what was replied."""

    text: str
    done: tuple[Done, ...] = ()
    reply: str = ""


@dataclass(frozen=True)
class Conversation:
    """The turns, oldest first; the last one is to be answered."""

    turns: tuple[Turn, ...]

    @property
    def current(self) -> Turn:
        """The turn to be answered."""
        return self.turns[-1]

    @property
    def earlier(self) -> "Conversation | None":
        """The conversation as it was when the turn before was answered."""
        return Conversation(self.turns[:-1]) if len(self.turns) > 1 else None


def read(items: str | Iterable[Any]) -> Conversation:
    """Read Responses-format input items; what is no message and no tool call is passed over."""
    if isinstance(items, str):
        return Conversation((Turn(items),))
    known = [item for item in items if isinstance(item, Mapping)]
    outputs = {i.get("call_id"): i.get("output") for i in known if _is(i, "function_call_output")}
    turns: list[Turn] = []
    for item in known:
        if item.get("role") == "user":
            turns.append(Turn(text_of(item.get("content"))))
        elif turns:
            turns[-1] = _continued(turns[-1], item, outputs)
    return Conversation(tuple(turns) or (Turn(""),))


def _is(item: Json, kind: str) -> bool:
    return item.get("type") == kind


def _continued(turn: Turn, item: Json, outputs: Mapping[Any, Any]) -> Turn:
    if _is(item, "function_call") and item.get("call_id") in outputs:
        call = Call(str(item.get("name")), _object(item.get("arguments")) or {})
        done = Done(call, result_of(outputs[item.get("call_id")]))
        return replace(turn, done=(*turn.done, done))
    if item.get("role") == "assistant":
        return replace(turn, reply=turn.reply + text_of(item.get("content")))
    return turn


def text_of(content: Any) -> str:
    """Return the text of a message's or an output's content: a string, or a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return str(content.get("text") or "")
    return "".join(text_of(part) for part in content) if isinstance(content, list) else ""


def result_of(output: Any) -> Result:
    """Return the result in a tool output; whatever is no JSON object of ours is an error's text."""
    text = text_of(output)
    data = _object(text)
    if data is not None and ("task_id" in data or isinstance(data.get("tasks"), list)):
        return Result(data)
    return Result(error=text or "The tool gave no answer.")


def _object(text: Any) -> Json | None:
    if not isinstance(text, str):
        return None
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _task(data: Json) -> Task:
    number = data.get("id", data.get("task_id"))
    return Task(
        id=number if isinstance(number, int) else 0,
        title=str(data.get("title", "")),
        completed=data.get("completed") is True,
        due_on=data.get("due_on"),
        priority=data.get("priority"),
        tags=tuple(data.get("tags") or ()),
        description=str(data.get("description") or ""),
    )

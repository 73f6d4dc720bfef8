"""The events of a turn's stream, a union discriminated by `type`."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

# Text that Postgres can't hold, but JSON can bring: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _storable(value: Any) -> Any:
    """Replace what can't be stored by U+FFFD, the replacement character."""
    match value:
        case str():
            return _UNSTORABLE.sub("\ufffd", value)
        case dict():
            return {_storable(name): _storable(part) for name, part in value.items()}
        case list():
            return [_storable(part) for part in value]
        case _:
            return value


StorableText = Annotated[str, BeforeValidator(_storable)]
StorableObject = Annotated[dict[str, Any], BeforeValidator(_storable)]


class TurnStatus(StrEnum):
    """The status of a stored turn, and of its reply once it has ended."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


# What is added to a reply that ended early, for users and for the model of a later turn.
EARLY_END_NOTES: Mapping[str, str] = {
    TurnStatus.FAILED: "This reply broke off because of an error.",
    TurnStatus.CANCELLED: "This reply was stopped.",
    TurnStatus.INTERRUPTED: "This reply was interrupted.",
}


class ToolCall(BaseModel):
    """A tool call with its result.

    The result of a failed call has a `code` and a `message`, and if known a `hint` and
    `candidates`, tasks with `id` and `title`. In older messages it has an `error` text only.
    """

    id: StorableText
    name: StorableText
    arguments: StorableObject
    result: StorableObject
    is_error: bool


class Usage(BaseModel):
    """The model's usage over all its requests in the turn."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class Answer(BaseModel):
    """The result of a turn: the reply and the tool calls.

    `task_ids` are the numbers of the tasks that the reply is about, and `suggestions` up to four
    messages that the user may send next.
    """

    conversation_id: UUID
    turn_id: UUID
    response: str
    tool_calls: list[ToolCall]
    task_ids: list[int] = []
    suggestions: list[str] = []


class TurnStarted(BaseModel):
    """The user's message is stored and the agent runs."""

    type: Literal["turn.started"] = "turn.started"
    conversation_id: UUID
    turn_id: UUID
    model: str


class TextDelta(BaseModel):
    """The next piece of the reply."""

    type: Literal["text.delta"] = "text.delta"
    delta: StorableText


class ToolCalled(BaseModel):
    """A tool was called and runs now."""

    type: Literal["tool.called"] = "tool.called"
    id: StorableText
    name: StorableText
    arguments: StorableObject


class ToolFinished(BaseModel):
    """A tool call has a result."""

    type: Literal["tool.finished"] = "tool.finished"
    id: StorableText
    name: StorableText
    result: StorableObject
    is_error: bool


class TurnFinished(Answer):
    """The reply is complete and stored."""

    type: Literal["turn.finished"] = "turn.finished"
    usage: Usage


class TurnFailed(Answer):
    """The turn failed; `response` and `tool_calls` hold what there was until then."""

    type: Literal["turn.failed"] = "turn.failed"
    code: str
    message: str
    retry_after: int | None = None


class TurnCancelled(Answer):
    """The turn was cancelled; `response` and `tool_calls` hold what there was until then."""

    type: Literal["turn.cancelled"] = "turn.cancelled"
    code: str
    message: str


# What the agent does during a turn, and the events that a client can see.
AgentEvent = TextDelta | ToolCalled | ToolFinished
TerminalEvent = TurnFinished | TurnFailed | TurnCancelled
StreamedEvent = TurnStarted | AgentEvent | TerminalEvent
TurnEvent = Annotated[StreamedEvent, Field(discriminator="type")]

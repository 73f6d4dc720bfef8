"""What a turn says while it runs: the events of the stream, told apart by `type`."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class ToolCall(BaseModel):
    """A finished tool call; a failed one has `{"error": sentence}` as its result."""

    id: str
    name: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    is_error: bool


class Usage(BaseModel):
    """What the model counted over all its calls in the turn."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class Answer(BaseModel):
    """What a turn came to."""

    conversation_id: UUID
    turn_id: UUID
    response: str
    tool_calls: list[ToolCall]


class TurnStarted(BaseModel):
    """The user's message is stored and the model is being asked."""

    type: Literal["turn.started"] = "turn.started"
    conversation_id: UUID
    turn_id: UUID
    model: str


class TextDelta(BaseModel):
    """The next piece of the reply."""

    type: Literal["text.delta"] = "text.delta"
    delta: str


class ToolCalled(BaseModel):
    """A tool was asked for; it runs now."""

    type: Literal["tool.called"] = "tool.called"
    id: str
    name: str
    arguments: dict[str, Any]


class ToolFinished(BaseModel):
    """A tool answered."""

    type: Literal["tool.finished"] = "tool.finished"
    id: str
    name: str
    result: dict[str, Any]
    is_error: bool


class TurnFinished(Answer):
    """The reply is whole and stored."""

    type: Literal["turn.finished"] = "turn.finished"
    usage: Usage


class TurnFailed(Answer):
    """The turn ended early; `response` and `tool_calls` say what was already done."""

    type: Literal["turn.failed"] = "turn.failed"
    code: str
    message: str
    retry_after: int | None = None


class TurnCancelled(Answer):
    """The turn was stopped; `response` and `tool_calls` say what was already done."""

    type: Literal["turn.cancelled"] = "turn.cancelled"
    code: str
    message: str


# What the agent does during a turn, and all that a client can see of it.
AgentEvent = TextDelta | ToolCalled | ToolFinished
LastEvent = TurnFinished | TurnFailed | TurnCancelled
TurnEvent = Annotated[TurnStarted | AgentEvent | LastEvent, Field(discriminator="type")]

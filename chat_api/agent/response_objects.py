"""The objects that the Agents SDK's runner reads of a model's answer, built without validation."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from agents.items import TResponseOutputItem
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseOutputItemDoneEvent,
    ResponseTextDeltaEvent,
    ResponseUsage,
)
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails
from pydantic import BaseModel

Built = TypeVar("Built", bound=BaseModel)

# Pydantic's own method. The vendor's classes replace it by one that looks into every value, which
# takes five to ten times as long.
_construct = cast("Callable[..., Any]", BaseModel.model_construct.__func__)  # type: ignore[attr-defined]


def build(kind: type[Built], /, **fields: Any) -> Built:
    """Return an object with these fields as they are, and defaults for optional ones."""
    built: Built = _construct(kind, **fields)
    return built


def text_delta(text: str) -> ResponseTextDeltaEvent:
    """Return the event of a piece of text."""
    return build(
        ResponseTextDeltaEvent,
        type="response.output_text.delta",
        delta=text,
        item_id="",
        output_index=0,
        content_index=0,
        sequence_number=0,
        logprobs=[],
    )


def item_done(item: TResponseOutputItem) -> ResponseOutputItemDoneEvent:
    """Return the event of a finished item."""
    return build(
        ResponseOutputItemDoneEvent,
        type="response.output_item.done",
        item=item,
        output_index=0,
        sequence_number=0,
    )


def completed(response: Response) -> ResponseCompletedEvent:
    """Return the event of the end of an answer."""
    return build(
        ResponseCompletedEvent, type="response.completed", response=response, sequence_number=0
    )


def response_of(
    response_id: str,
    output: Sequence[TResponseOutputItem],
    usage: ResponseUsage | None,
    metadata: dict[str, str] | None = None,
) -> Response:
    """Return a whole answer, as far as the runner reads it."""
    return build(
        Response,
        id=response_id,
        object="response",
        created_at=0,
        model="",
        output=list(output),
        parallel_tool_calls=True,
        tool_choice="auto",
        tools=[],
        usage=usage,
        metadata=metadata,
    )


def usage_of(input_tokens: int, output_tokens: int, cached: int, reasoning: int) -> ResponseUsage:
    """Return the usage as the runner adds it up."""
    return build(
        ResponseUsage,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        total_tokens=input_tokens + output_tokens,
        input_tokens_details=build(InputTokensDetails, cached_tokens=cached, cache_write_tokens=0),
        output_tokens_details=build(OutputTokensDetails, reasoning_tokens=reasoning),
    )

"""Output items, and the events of a streamed response, as the Responses API has them.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, TypedDict
from uuid import uuid4

from agents.items import TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseFunctionToolCall,
    ResponseInProgressEvent,
    ResponseOutputItem,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

MODEL_NAME = "offline"

_Events = Iterator[TResponseStreamEvent]


class _Place(TypedDict):
    """Where in a response a text stands."""

    item_id: str
    output_index: int
    content_index: int


_WORD = re.compile(r"\S+\s*|\s+")
# No tokens are used: there is no language model.
_USAGE = ResponseUsage(
    input_tokens=0,
    input_tokens_details=InputTokensDetails(cache_write_tokens=0, cached_tokens=0),
    output_tokens=0,
    output_tokens_details=OutputTokensDetails(reasoning_tokens=0),
    total_tokens=0,
)


def function_call(name: str, arguments: Mapping[str, Any]) -> ResponseFunctionToolCall:
    """Return a call of a tool, with ids of its own."""
    return ResponseFunctionToolCall(
        type="function_call",
        id=f"fc_{uuid4().hex}",
        call_id=f"call_{uuid4().hex}",
        name=name,
        arguments=json.dumps(arguments, ensure_ascii=False),
        status="completed",
    )


def message(text: str) -> ResponseOutputMessage:
    """Return a message of the assistant, with an id of its own."""
    return ResponseOutputMessage(
        type="message",
        id=f"msg_{uuid4().hex}",
        role="assistant",
        status="completed",
        content=[_part(text)],
    )


def response_of(output: Iterable[ResponseOutputItem], metadata: dict[str, str]) -> Response:
    """Return the finished response that holds `output`, with a fresh id."""
    return Response(
        id=f"resp_{uuid4().hex}",
        created_at=0,
        metadata=metadata,
        model=MODEL_NAME,
        object="response",
        output=[*output],
        parallel_tool_calls=True,
        status="completed",
        tool_choice="auto",
        tools=[],
        usage=_USAGE,
    )


def events_of(response: Response) -> _Events:
    """Yield the events of a streamed response; texts come word by word."""
    number = count()
    nothing_yet: dict[str, Any] = {
        "output": [],
        "status": "in_progress",
        "usage": None,
        "metadata": {},
    }
    begun = response.model_copy(update=nothing_yet)
    yield ResponseCreatedEvent(
        type="response.created", response=begun, sequence_number=next(number)
    )
    yield ResponseInProgressEvent(
        type="response.in_progress", response=begun, sequence_number=next(number)
    )
    for place, item in enumerate(response.output):
        match item:
            case ResponseOutputMessage():
                yield from _message_events(item, place, number)
            case ResponseFunctionToolCall():
                yield from _call_events(item, place, number)
    yield ResponseCompletedEvent(
        type="response.completed", response=response, sequence_number=next(number)
    )


def _part(text: str) -> ResponseOutputText:
    return ResponseOutputText(type="output_text", text=text, annotations=[])


def _message_events(item: ResponseOutputMessage, place: int, number: Iterator[int]) -> _Events:
    begun = item.model_copy(update={"content": [], "status": "in_progress"})
    yield ResponseOutputItemAddedEvent(
        type="response.output_item.added",
        item=begun,
        output_index=place,
        sequence_number=next(number),
    )
    for index, part in enumerate(item.content):
        if isinstance(part, ResponseOutputText):
            yield from _text_events(part.text, _place(item, place, index), number)
    yield ResponseOutputItemDoneEvent(
        type="response.output_item.done",
        item=item,
        output_index=place,
        sequence_number=next(number),
    )


def _place(item: ResponseOutputMessage, output: int, content: int) -> _Place:
    return {"item_id": item.id, "output_index": output, "content_index": content}


def _text_events(text: str, where: _Place, number: Iterator[int]) -> _Events:
    yield ResponseContentPartAddedEvent(
        type="response.content_part.added", part=_part(""), sequence_number=next(number), **where
    )
    for word in _WORD.findall(text):
        yield ResponseTextDeltaEvent(
            type="response.output_text.delta",
            delta=word,
            logprobs=[],
            sequence_number=next(number),
            **where,
        )
    yield ResponseTextDoneEvent(
        type="response.output_text.done",
        text=text,
        logprobs=[],
        sequence_number=next(number),
        **where,
    )
    yield ResponseContentPartDoneEvent(
        type="response.content_part.done", part=_part(text), sequence_number=next(number), **where
    )


def _call_events(item: ResponseFunctionToolCall, place: int, number: Iterator[int]) -> _Events:
    begun = item.model_copy(update={"arguments": "", "status": "in_progress"})
    item_id = item.id or item.call_id
    yield ResponseOutputItemAddedEvent(
        type="response.output_item.added",
        item=begun,
        output_index=place,
        sequence_number=next(number),
    )
    yield ResponseFunctionCallArgumentsDeltaEvent(
        type="response.function_call_arguments.delta",
        item_id=item_id,
        output_index=place,
        delta=item.arguments,
        sequence_number=next(number),
    )
    yield ResponseFunctionCallArgumentsDoneEvent(
        type="response.function_call_arguments.done",
        item_id=item_id,
        output_index=place,
        arguments=item.arguments,
        sequence_number=next(number),
    )
    yield ResponseOutputItemDoneEvent(
        type="response.output_item.done",
        item=item,
        output_index=place,
        sequence_number=next(number),
    )

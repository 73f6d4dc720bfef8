"""Keep a model's silence short and take nothing unfinished for an answer.

The vendor's client and the Agents SDK let four things pass that a user would see as a hanging or
half-told reply: a stream kept open by comments alone, a stream that ends before its terminal event,
an answer that holds nothing, and one that is no answer in the wire format at all.

    Exception
    ├── TimeoutError           nothing came for too long
    ├── IncompleteResponse     the stream began and ended without its terminal event
    ├── EmptyResponse          the model said nothing and called nothing
    ├── UnreadableResponse     what came is not in the wire format
    └── FailedResponse         the vendor reported, inside a stream, that it failed
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from agents.items import ModelResponse, TResponseOutputItem, TResponseStreamEvent
from agents.models.interface import Model
from agents.retry import ModelRetryAdvice, ModelRetryAdviceRequest
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseErrorEvent,
    ResponseFailedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseReasoningItem,
)

_DRAIN = 0.2
_NOT_THE_WIRE_FORMAT = (ValueError, TypeError, AttributeError, LookupError)


class IncompleteResponse(Exception):
    """The model's stream ended before it said that it was finished."""


class EmptyResponse(Exception):
    """The model finished without a word and without a tool call."""


class UnreadableResponse(Exception):
    """The model's answer could not be parsed; the parser's error is the cause."""


class FailedResponse(Exception):
    """The vendor ended a stream with a failure; `code` is the vendor's own."""

    def __init__(self, code: str | None, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class GuardedModel(Model):
    """A model that raises instead of hanging and instead of ending early.

    Args:
        model: The model that does the work.
        silence: Seconds without an event after which it is given up. Retries before the first
            event count as silence, comments and keep-alives do too.

    """

    def __init__(self, model: Model, silence: float) -> None:
        self._model = model
        self._silence = silence

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Return the whole answer, which has to come within `silence`."""
        with self._named_errors():
            async with asyncio.timeout(self._silence):
                response = await self._model.get_response(*args, **kwargs)
            _refuse_empty(response.output)
            return response

    async def stream_response(
        self, *args: Any, **kwargs: Any
    ) -> AsyncGenerator[TResponseStreamEvent, None]:
        """Yield the model's events, each within `silence` of the one before."""
        events = self._model.stream_response(*args, **kwargs)
        progress = _Progress()
        try:
            with self._named_errors():
                while not progress.finished and (event := await self._next(events)) is not None:
                    progress.take(event)
                    yield event
            progress.check_end()
            await _drain(events)
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    async def _next(
        self, events: AsyncIterator[TResponseStreamEvent]
    ) -> TResponseStreamEvent | None:
        async with asyncio.timeout(self._silence):
            return await anext(events, None)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise TimeoutError(f"nothing came from the model for {self._silence:g} s") from error
        except _NOT_THE_WIRE_FORMAT as error:
            raise UnreadableResponse("the answer is not in the wire format") from error

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """Return what the guarded model advises."""
        return self._model.get_retry_advice(request)

    async def close(self) -> None:
        """Close the guarded model."""
        await self._model.close()


async def _drain(events: AsyncIterator[TResponseStreamEvent]) -> None:
    """Read to the end, so that the connection can be used again; the answer is whole by now."""
    with suppress(Exception):
        async with asyncio.timeout(_DRAIN):
            async for _ in events:
                pass


class _Progress:
    """How far a stream has come."""

    def __init__(self) -> None:
        self.finished = False
        self._began = False
        self._items: list[TResponseOutputItem] = []

    def take(self, event: TResponseStreamEvent) -> None:
        """Note the event; raise if it ends the response badly."""
        if not getattr(event, "type", None):
            raise UnreadableResponse("an event names no type")
        self._began = True
        match event:
            case ResponseOutputItemDoneEvent():
                self._items.append(event.item)
            case ResponseFailedEvent():
                problem = event.response.error
                raise FailedResponse(problem.code if problem else None, str(problem))
            case ResponseErrorEvent():
                raise FailedResponse(event.code, event.message)
            case ResponseCompletedEvent():
                # Some servers name the items as they go and leave the final list empty.
                _refuse_empty([*self._items, *event.response.output])
                self.finished = True

    def check_end(self) -> None:
        if not self._began:
            raise UnreadableResponse("the stream held no event")
        if not self.finished:
            raise IncompleteResponse("the stream ended without a terminal event")


def _refuse_empty(items: list[TResponseOutputItem]) -> None:
    if not any(_says_something(item) for item in items):
        raise EmptyResponse("the model answered nothing")


def _says_something(item: TResponseOutputItem) -> bool:
    if isinstance(item, ResponseOutputMessage):
        return any(
            (part.text if isinstance(part, ResponseOutputText) else part.refusal).strip()
            for part in item.content
        )
    return not isinstance(item, ResponseReasoningItem)

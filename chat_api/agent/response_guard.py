"""A model that times out when it is silent, and raises for a response that is not complete.

The vendor's client and the Agents SDK accept four responses that a user would see as a hanging or
truncated reply: a stream kept open by comments alone, a stream that ends before its terminal event,
an empty response, and one that is not in the wire format.

    Exception
    ├── TimeoutError           no event came within the limit
    ├── IncompleteResponse     the stream started and ended without its terminal event
    ├── EmptyResponse          the response holds neither text nor tool calls
    ├── UnreadableResponse     the response is not in the wire format
    └── FailedResponse         the vendor reported a failure inside the stream
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
    ResponseIncompleteEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseReasoningItem,
)

_DRAIN_SECONDS = 0.2
_PARSER_ERRORS = (ValueError, TypeError, AttributeError, LookupError)


class IncompleteResponse(Exception):
    """The model's stream ended before its terminal event."""


class EmptyResponse(Exception):
    """The model's response has neither text nor tool calls."""


class UnreadableResponse(Exception):
    """The model's response could not be parsed; the parser's error is the cause."""


class FailedResponse(Exception):
    """The vendor ended a stream with a failure; `code` is the vendor's."""

    def __init__(self, code: str | None, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class GuardedModel(Model):
    """A model that raises instead of hanging and instead of ending early.

    Args:
        model: The model to guard.
        max_silence: Seconds without an event after which it times out. Retries before the first
            event, comments and keep-alives are no events.

    """

    def __init__(self, model: Model, max_silence: float) -> None:
        self._model = model
        self._max_silence = max_silence

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Return the whole response, which has to come within `max_silence`."""
        with self._translated_errors():
            async with asyncio.timeout(self._max_silence):
                response = await self._model.get_response(*args, **kwargs)
            _require_content(response.output)
            return response

    async def stream_response(
        self, *args: Any, **kwargs: Any
    ) -> AsyncGenerator[TResponseStreamEvent, None]:
        """Yield the model's events, each within `max_silence` of the one before."""
        events = self._model.stream_response(*args, **kwargs)
        progress = _Progress()
        try:
            with self._translated_errors():
                while not progress.finished and (event := await self._next(events)) is not None:
                    progress.add(event)
                    yield event
            progress.check_end()
            await _drain(events)
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()

    async def _next(
        self, events: AsyncIterator[TResponseStreamEvent]
    ) -> TResponseStreamEvent | None:
        async with asyncio.timeout(self._max_silence):
            return await anext(events, None)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise TimeoutError(
                f"nothing came from the model for {self._max_silence:g} s"
            ) from error
        except _PARSER_ERRORS as error:
            raise UnreadableResponse("the response is not in the wire format") from error

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """Return what the guarded model advises."""
        return self._model.get_retry_advice(request)

    async def close(self) -> None:
        """Close the guarded model."""
        await self._model.close()


async def _drain(events: AsyncIterator[TResponseStreamEvent]) -> None:
    """Read to the end, so that the connection can be reused; the response is complete by now."""
    with suppress(Exception):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in events:
                pass


class _Progress:
    """The progress of one stream."""

    def __init__(self) -> None:
        self.finished = False
        self._started = False
        self._items: list[TResponseOutputItem] = []

    def add(self, event: TResponseStreamEvent) -> None:
        """Add the next event; raise if it makes the response a failure."""
        if not getattr(event, "type", None):
            raise UnreadableResponse("an event names no type")
        self._started = True
        match event:
            case ResponseOutputItemDoneEvent():
                self._items.append(event.item)
            case ResponseFailedEvent():
                error = event.response.error
                raise FailedResponse(error.code if error else None, str(error))
            case ResponseIncompleteEvent():
                details = event.response.incomplete_details
                raise FailedResponse(details.reason if details else None, "incomplete")
            case ResponseErrorEvent():
                raise FailedResponse(event.code, event.message)
            case ResponseCompletedEvent():
                # Some servers name the items as they go and leave the final list empty.
                _require_content([*self._items, *event.response.output])
                self.finished = True

    def check_end(self) -> None:
        if not self._started:
            raise UnreadableResponse("the stream had no event")
        if not self.finished:
            raise IncompleteResponse("the stream ended without a terminal event")


def _require_content(items: list[TResponseOutputItem]) -> None:
    if not any(_has_content(item) for item in items):
        raise EmptyResponse("the response is empty")


def _has_content(item: TResponseOutputItem) -> bool:
    if isinstance(item, ResponseOutputMessage):
        return any(
            (part.text if isinstance(part, ResponseOutputText) else part.refusal).strip()
            for part in item.content
        )
    return not isinstance(item, ResponseReasoningItem)

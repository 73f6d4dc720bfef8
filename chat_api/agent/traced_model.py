"""A model whose calls are spans of the trace (semantic conventions `gen_ai`)."""

from collections.abc import AsyncIterator
from typing import Any

from agents import ModelResponse
from agents.items import TResponseStreamEvent
from agents.models.interface import Model
from openai.types.responses import ResponseCompletedEvent
from opentelemetry.trace import Span

from db.telemetry.tracing import describe, detached_span, mark_failed


class TracedModel(Model):
    """Adds a span for each call, with the model's name and the tokens, and no text."""

    def __init__(self, model: Model, name: str, provider: str) -> None:
        self._model = model
        self._name = name
        self._provider = provider

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Return the whole answer."""
        span = self._begin()
        try:
            response = await self._model.get_response(*args, **kwargs)
            usage = response.usage
            _count(span, usage.input_tokens, usage.output_tokens)
        except BaseException as error:
            mark_failed(span, type(error).__name__)
            raise
        finally:
            span.end()
        return response

    async def stream_response(
        self, *args: Any, **kwargs: Any
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the events of the answer."""
        span = self._begin()
        try:
            async for event in self._model.stream_response(*args, **kwargs):
                if isinstance(event, ResponseCompletedEvent) and event.response.usage:
                    usage = event.response.usage
                    _count(span, usage.input_tokens, usage.output_tokens)
                yield event
        except BaseException as error:
            mark_failed(span, type(error).__name__)
            raise
        finally:
            span.end()

    def _begin(self) -> Span:
        return detached_span(
            f"chat {self._name}",
            gen_ai__operation__name="chat",
            gen_ai__provider__name=self._provider,
            gen_ai__request__model=self._name,
        )


def _count(span: Span, read: int, written: int) -> None:
    describe(span, gen_ai__usage__input_tokens=read, gen_ai__usage__output_tokens=written)

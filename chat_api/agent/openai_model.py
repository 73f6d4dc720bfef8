"""Models behind OpenAI's wire formats, read without the vendor's client.

The stock models of the Agents SDK build an object for each of some fifty events of an answer, and
compare every item of a request with every type that it could have. The SDK's runner reads three
kinds of events: pieces of text, finished items, and the end. Only those are built here.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agents import FunctionTool, ModelResponse, ModelSettings, Tool, Usage
from agents.exceptions import UserError
from agents.items import TResponseInputItem, TResponseOutputItem, TResponseStreamEvent
from agents.models.interface import Model
from openai.types.responses import Response, ResponseUsage

from chat_api.agent.event_stream import Payload
from chat_api.agent.model_endpoint import ModelEndpoint, ModelRefused
from chat_api.agent.reasoning import RefusedFields
from chat_api.agent.response_objects import completed, item_done, text_delta
from db.waiting import set_within

# Text that a model writes within this time travels as one event. The first word waits for nothing,
# and the last ones wait no longer than the model wrote.
_GATHER_SECONDS = 0.02


@dataclass(frozen=True)
class ModelRequest:
    """What the runner asks of a model, and whether the answer is to be streamed."""

    model: str
    instructions: str | None
    items: Sequence[TResponseInputItem]
    settings: ModelSettings
    tools: Sequence[FunctionTool]
    stream: bool


@dataclass
class Answer:
    """A model's answer as far as it has come.

    Attributes:
        text: The text that no event was made for yet.
        items: The finished items that no event was made for yet.
        response: The whole answer, once its end has come.

    """

    text: str = ""
    items: list[TResponseOutputItem] = field(default_factory=list)
    response: Response | None = None

    def take_events(self) -> Iterator[TResponseStreamEvent]:
        """Yield events for what has come since the last call."""
        text, items, response = self.text, self.items, self.response
        self.text, self.items = "", []
        if text:
            yield text_delta(text)
        for item in items:
            yield item_done(item)
        if response is not None:
            yield completed(response)


class AnswerReader(Protocol):
    """Reads the events of one streamed answer."""

    def read(self, payload: Payload, answer: Answer) -> None:
        """Add what an event says to the answer.

        Raises:
            FailedResponse: It says that the model failed.
            ValueError, TypeError, LookupError: It is not in the wire format.
        """

    def close(self, answer: Answer) -> None:
        """Complete an answer whose connection has ended, if it can be complete."""


class Wire(Protocol):
    """A wire format."""

    path: str

    def body(self, request: ModelRequest) -> Payload:
        """Return the body of a request."""

    def reader(self) -> AnswerReader:
        """Return a reader for one answer."""

    def whole(self, payload: Payload) -> Response:
        """Read an answer that was not streamed."""


class OpenAIModel(Model):
    """A model of an endpoint, in a wire format; any number of runs may share it.

    Handoffs, output schemas, stored prompts and conversations at the vendor are not offered.
    """

    def __init__(self, name: str, endpoint: ModelEndpoint, wire: Wire) -> None:
        self._name = name
        self._endpoint = endpoint
        self._wire = wire
        self._refused_fields = RefusedFields()

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002  the interface's name
        model_settings: ModelSettings,
        tools: list[Tool],
        *unsupported: Any,
        **more_unsupported: Any,
    ) -> ModelResponse:
        """Return the whole answer.

        Raises:
            ModelRefused, ModelUnreachable: There was no answer.
            ValueError, TypeError, LookupError: The answer is not in the wire format.
        """
        _refuse(unsupported, more_unsupported)
        request = self._request(system_instructions, input, model_settings, tools, stream=False)
        body = self._refused_fields.strip(self._wire.body(request))
        response = self._wire.whole(await self._endpoint.fetch(self._wire.path, body))
        return ModelResponse(
            output=list(response.output), usage=_usage(response.usage), response_id=response.id
        )

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002  the interface's name
        model_settings: ModelSettings,
        tools: list[Tool],
        *unsupported: Any,
        **more_unsupported: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Yield text as it is written, each finished item, and the end of the answer.

        Raises:
            ModelRefused, ModelUnreachable: There was no answer.
            IncompleteResponse: The connection broke within the answer.
            FailedResponse: The model failed within the answer.
            ValueError, TypeError, LookupError: An event is not in the wire format.
        """
        _refuse(unsupported, more_unsupported)
        request = self._request(system_instructions, input, model_settings, tools, stream=True)
        reader, answer, ended = self._wire.reader(), Answer(), asyncio.Event()
        stream = self._stream(self._wire.body(request), ended)
        async for payloads in stream:
            for payload in payloads:
                reader.read(payload, answer)
            wrote = bool(answer.text)
            for event in answer.take_events():
                yield event
            if answer.response is not None:
                break
            if wrote:
                await set_within(ended, _GATHER_SECONDS)
        else:
            reader.close(answer)
            for event in answer.take_events():
                yield event
        # Read to the end, the connection can be used again.
        async for _ in stream:
            pass

    async def _stream(self, body: Payload, ended: asyncio.Event) -> AsyncIterator[list[Payload]]:
        """Send the request, and send it again without an optional field that is refused."""
        while True:
            sent = self._refused_fields.strip(body)
            try:
                async for payloads in self._endpoint.stream(self._wire.path, sent, ended):
                    yield payloads
                return
            except ModelRefused as error:
                # Each round takes a field away, so that there are as many rounds at most.
                if error.status != 400 or not self._refused_fields.learn(sent, error):
                    raise

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    def _request(
        self,
        instructions: str | None,
        given: str | list[TResponseInputItem],
        settings: ModelSettings,
        tools: Sequence[Tool],
        *,
        stream: bool,
    ) -> ModelRequest:
        items: list[TResponseInputItem] = (
            [{"role": "user", "content": given}] if isinstance(given, str) else given
        )
        functions = [tool for tool in tools if isinstance(tool, FunctionTool)]
        if len(functions) != len(tools):
            raise UserError("only function tools are offered")
        return ModelRequest(self._name, instructions, items, settings, functions, stream)


def _usage(counted: ResponseUsage | None) -> Usage:
    if counted is None:
        return Usage(requests=1)
    return Usage(
        requests=1,
        input_tokens=counted.input_tokens,
        output_tokens=counted.output_tokens,
        total_tokens=counted.total_tokens,
    )


def _refuse(positional: Sequence[Any], named: Mapping[str, Any]) -> None:
    """Refuse what the interface has beyond this model; tracing is the last positional argument."""
    beyond = [*positional[:2], *(value for name, value in named.items() if name != "tracing")]
    if any(beyond):
        raise UserError("handoffs, output schemas, prompts and vendor-side state are not offered")

"""Chat Completions, which most servers of open models speak: chunks of one message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.items import TResponseOutputItem
from agents.models.chatcmpl_converter import Converter
from openai.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseUsage,
)

from chat_api.agent.event_stream import END, Payload
from chat_api.agent.openai_model import Answer, ModelRequest
from chat_api.agent.response_guard import FailedResponse, IncompleteResponse
from chat_api.agent.response_objects import build, response_of, usage_of


class ChatWire:
    """Requests and answers of `POST /chat/completions`."""

    path = "/chat/completions"

    def body(self, request: ModelRequest) -> Payload:
        """Return the body of a request; settings that are None are left out."""
        settings = request.settings
        messages: list[Any] = [*Converter.items_to_messages(list(request.items))]
        if request.instructions:
            messages.insert(0, {"role": "system", "content": request.instructions})
        body = {
            "model": request.model,
            "messages": messages,
            "tools": [Converter.tool_to_openai(tool) for tool in request.tools] or None,
            "tool_choice": settings.tool_choice,
            "parallel_tool_calls": settings.parallel_tool_calls if request.tools else None,
            "reasoning_effort": settings.reasoning.effort if settings.reasoning else None,
            "verbosity": settings.verbosity,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "max_tokens": settings.max_tokens,
            "store": settings.store,
            **(settings.extra_args or {}),
            "stream": True if request.stream else None,
            "stream_options": {"include_usage": True}
            if request.stream and settings.include_usage
            else None,
        }
        return {name: value for name, value in body.items() if value is not None}

    def reader(self) -> "ChatReader":
        """Return a reader for one answer."""
        return ChatReader()

    def whole(self, payload: Payload) -> Response:
        """Read an answer that was not streamed."""
        reader, answer = ChatReader(), Answer()
        choice = payload["choices"][0]
        reader.read({**payload, "choices": [{**choice, "delta": choice["message"]}]}, answer)
        reader.close(answer)
        assert answer.response is not None  # noqa: S101  a message without an end is refused above
        return answer.response


@dataclass
class _Call:
    """A tool call as its pieces come."""

    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class ChatReader:
    """Reads the chunks of one answer."""

    _id: str = ""
    _text: str = ""
    _calls: dict[int, _Call] = field(default_factory=dict)
    _usage: ResponseUsage | None = None
    _began: bool = False
    _finished: bool = False
    _cut_off: bool = False

    def read(self, payload: Payload, answer: Answer) -> None:
        """Add what a chunk says to the answer.

        Raises:
            FailedResponse: It says that the model failed.
            ValueError, TypeError, LookupError: It is not in the wire format.
        """
        if payload is END:
            self.close(answer)
            return
        if problem := payload.get("error"):
            _raise_failure(problem)
        self._began = True
        self._id = payload.get("id") or self._id
        if counted := payload.get("usage"):
            self._usage = _usage(counted)
            # Usage comes last: servers that send it have sent everything else.
            self._finished = self._finished or not payload["choices"]
        for choice in payload["choices"]:
            self._read_delta(choice.get("delta") or {}, answer)
            self._finished = self._finished or bool(choice.get("finish_reason"))
            self._cut_off = self._cut_off or choice.get("finish_reason") == "length"

    def close(self, answer: Answer) -> None:
        """Complete the answer.

        Raises:
            IncompleteResponse: It began and never said that it was finished.
            FailedResponse: The model had to stop before its end.
        """
        if answer.response is not None or not self._began:
            return
        if not self._finished:
            raise IncompleteResponse("the stream ended without a finish reason")
        if self._cut_off:
            raise FailedResponse("max_output_tokens", "the finish reason is length")
        output = self._output()
        answer.items += output
        answer.response = response_of(self._id, output, self._usage)

    def _read_delta(self, delta: Payload, answer: Answer) -> None:
        # What a model says when it declines is what the user is to read.
        text = delta.get("content") or delta.get("refusal") or ""
        self._text += text
        answer.text += text
        for place, piece in enumerate(delta.get("tool_calls") or ()):
            call = self._calls.setdefault(piece.get("index", place), _Call())
            function = piece.get("function") or {}
            call.id = call.id or piece.get("id") or ""
            call.name += function.get("name") or ""
            call.arguments += function.get("arguments") or ""

    def _output(self) -> list[TResponseOutputItem]:
        output: list[TResponseOutputItem] = []
        if self._text:
            part = build(ResponseOutputText, type="output_text", text=self._text, annotations=[])
            output.append(
                build(
                    ResponseOutputMessage,
                    id=self._id,
                    type="message",
                    role="assistant",
                    status="completed",
                    content=[part],
                )
            )
        for index, call in sorted(self._calls.items()):
            output.append(
                build(
                    ResponseFunctionToolCall,
                    type="function_call",
                    call_id=call.id or f"{self._id}-{index}",
                    name=call.name,
                    arguments=call.arguments,
                )
            )
        return output


def _raise_failure(problem: Any) -> None:
    named: Mapping[str, Any] = problem if isinstance(problem, Mapping) else {"message": problem}
    code = named.get("code")
    raise FailedResponse(str(code) if code is not None else None, str(named.get("message")))


def _usage(counted: Payload) -> ResponseUsage:
    return usage_of(
        counted["prompt_tokens"],
        counted["completion_tokens"],
        (counted.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        (counted.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0,
    )

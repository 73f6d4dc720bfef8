"""The Responses API: typed events, each finished item by itself, reasoning sealed."""

from collections.abc import Callable, Mapping

from agents import FunctionTool
from agents.items import TResponseOutputItem
from openai.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseReasoningItem,
    ResponseUsage,
)

from chat_api.agent.event_stream import END, Payload
from chat_api.agent.openai_model import Answer, ModelRequest
from chat_api.agent.response_guard import FailedResponse, IncompleteResponse
from chat_api.agent.response_objects import response_of, usage_of


class ResponsesWire:
    """Requests and answers of `POST /responses`."""

    path = "/responses"

    def body(self, request: ModelRequest) -> Payload:
        """Return the body of a request; settings that are None are left out."""
        settings = request.settings
        reasoning = settings.reasoning
        body = {
            "model": request.model,
            "instructions": request.instructions,
            "input": list(request.items),
            "tools": [_function(tool) for tool in request.tools],
            "tool_choice": settings.tool_choice,
            "parallel_tool_calls": settings.parallel_tool_calls if request.tools else None,
            "include": settings.response_include,
            "reasoning": reasoning.to_dict() if reasoning is not None else None,
            "text": {"verbosity": settings.verbosity} if settings.verbosity else None,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "max_output_tokens": settings.max_tokens,
            "store": settings.store,
            "stream": True if request.stream else None,
        }
        return {name: value for name, value in body.items() if value is not None}

    def reader(self) -> "ResponsesReader":
        """Return a reader for one answer."""
        return ResponsesReader()

    def whole(self, payload: Payload) -> Response:
        """Read an answer that was not streamed."""
        return _response(payload)


class ResponsesReader:
    """Reads the events of one streamed answer; those that nobody needs are passed over."""

    def __init__(self) -> None:
        self._began = False
        self._items: list[TResponseOutputItem] = []

    def read(self, payload: Payload, answer: Answer) -> None:
        """Add what an event says to the answer.

        Raises:
            FailedResponse: It says that the model failed.
            ValueError, TypeError, LookupError: It is not in the wire format.
        """
        if payload is END:
            return
        self._began = True
        read = _READERS.get(payload["type"])
        if read is not None:
            read(self, payload, answer)

    def close(self, answer: Answer) -> None:
        """Refuse an answer that began and has no last event.

        Raises:
            IncompleteResponse: It is one.
        """
        if self._began and answer.response is None:
            raise IncompleteResponse("the stream ended before its last event")

    def _read_text(self, payload: Payload, answer: Answer) -> None:
        answer.text += payload["delta"]

    def _read_item(self, payload: Payload, answer: Answer) -> None:
        item = _item(payload["item"])
        self._items.append(item)
        answer.items.append(item)

    def _read_end(self, payload: Payload, answer: Answer) -> None:
        answer.response = _response(payload["response"], self._items)

    def _read_failure(self, payload: Payload, _: Answer) -> None:
        problem = payload["response"].get("error") or {}
        raise FailedResponse(problem.get("code"), str(problem.get("message")))

    def _read_error(self, payload: Payload, _: Answer) -> None:
        raise FailedResponse(payload.get("code"), str(payload.get("message")))

    def _read_incomplete(self, payload: Payload, _: Answer) -> None:
        details = payload["response"].get("incomplete_details") or {}
        raise FailedResponse(details.get("reason"), "incomplete")


_READERS: Mapping[str, Callable[[ResponsesReader, Payload, Answer], None]] = {
    "response.output_text.delta": ResponsesReader._read_text,
    # What a model says when it declines is what the user is to read.
    "response.refusal.delta": ResponsesReader._read_text,
    "response.output_item.done": ResponsesReader._read_item,
    "response.completed": ResponsesReader._read_end,
    "response.failed": ResponsesReader._read_failure,
    "response.incomplete": ResponsesReader._read_incomplete,
    "error": ResponsesReader._read_error,
}


def _function(tool: FunctionTool) -> Payload:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.params_json_schema,
        "strict": tool.strict_json_schema,
    }


def _response(payload: Payload, items: list[TResponseOutputItem] | None = None) -> Response:
    output = items or [_item(item) for item in payload["output"]]
    return response_of(
        payload["id"], output, _usage(payload.get("usage")), metadata=payload.get("metadata")
    )


def _item(item: Payload) -> TResponseOutputItem:
    """Build an item without validation, as the vendor's client does: servers leave fields out."""
    match item["type"]:
        case "message":
            return ResponseOutputMessage.model_construct(
                **{**item, "content": [_content(part) for part in item.get("content", ())]}
            )
        case "function_call":
            return ResponseFunctionToolCall.model_construct(**item)
        case "reasoning":
            return ResponseReasoningItem.construct(**item)
        case other:
            raise ValueError(f"an output item of type {other}")


def _content(part: Payload) -> ResponseOutputText | ResponseOutputRefusal:
    if part["type"] == "refusal":
        return ResponseOutputRefusal.model_construct(**part)
    return ResponseOutputText.model_construct(**{"annotations": [], **part})


def _usage(counted: Payload | None) -> ResponseUsage | None:
    if counted is None:
        return None
    return usage_of(
        counted["input_tokens"],
        counted["output_tokens"],
        (counted.get("input_tokens_details") or {}).get("cached_tokens", 0),
        (counted.get("output_tokens_details") or {}).get("reasoning_tokens", 0),
    )

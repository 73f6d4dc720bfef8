"""`POST /v1/responses`: typed events with sequence numbers, item by item."""

import itertools
from typing import Any

from tests.model_server.script import Answer, Call, Prompt
from tests.model_server.wire import (
    CREATED,
    Frame,
    Json,
    Refusal,
    Wire,
    exceeds,
    identifier,
    pieces_of,
    sse,
    text_of,
    tokens_of,
    words_of,
)

_ENCRYPTED = "reasoning.encrypted_content"
# Models whose name holds one of these words don't reason; some servers don't name the field.
_PLAIN = ("gpt-4", "gpt-3.5", "compatible")
_UNNAMED = "unnamed"


def _items(body: Json) -> list[Json]:
    given = body.get("input") or []
    return [{"role": "user", "content": given}] if isinstance(given, str) else given


def prompt(body: Json) -> Prompt:
    items = _items(body)
    results = 0
    for item in reversed(items):
        if item.get("role") == "user":
            return Prompt(text_of(item.get("content")), results, len(items))
        results += item.get("type") == "function_call_output"
    return Prompt("", results, len(items))


def refusal(body: Json) -> Refusal | None:
    """Return why the vendor would refuse the request: state it does not have, unpaired calls."""
    items = _items(body)
    called = {item["call_id"] for item in items if item.get("type") == "function_call"}
    returned = {item["call_id"] for item in items if item.get("type") == "function_call_output"}
    lost = [
        item["id"]
        for item in items
        if item.get("type") == "reasoning" and not item.get("encrypted_content")
    ]
    if lost and body.get("store") is False:
        return Refusal(
            f"Item with id '{lost[0]}' not found. Items are not persisted when `store` is false."
        )
    if unsupported := _unsupported(body):
        return unsupported
    if unanswered := called - returned:
        return Refusal(f"No tool output found for function call {min(unanswered)}.")
    if orphans := returned - called:
        return Refusal(f"No tool call found for function call output with call_id {min(orphans)}.")
    return None


def _unsupported(body: Json) -> Refusal | None:
    model = body["model"]
    if not any(word in model for word in _PLAIN):
        return None
    if _ENCRYPTED in body.get("include", ()):
        param = None if _UNNAMED in model else "include"
        return Refusal("Encrypted content is not supported with this model.", param)
    if (body.get("reasoning") or {}).get("effort"):
        return Refusal("Unsupported parameter: 'reasoning.effort'.", "reasoning.effort")
    return None


def stream(answer: Answer, body: Json) -> list[Frame]:
    events = _Events(body)
    for index, item in enumerate(_output(answer, body)):
        _WRITERS[item["type"]](events, index, item)
    if exceeds(answer, body.get("max_output_tokens")):
        early = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
        events.add("response.incomplete", response={**events.completed(answer), **early})
    else:
        events.add("response.completed", response=events.completed(answer))
    return events.frames


def whole(answer: Answer, body: Json) -> Json:
    events = _Events(body)
    events.output = _output(answer, body)
    return events.completed(answer)


def failed(body: Json) -> list[Frame]:
    events = _Events(body)
    problem = {"code": "server_error", "message": "The server had an error."}
    events.add("response.failed", response={**events.base, "status": "failed", "error": problem})
    return events.frames


def _output(answer: Answer, body: Json) -> list[Json]:
    items = [_reasoning(body)] if answer.reasoning else []
    if answer.text is not None:
        part = {"type": "output_text", "annotations": [], "logprobs": [], "text": answer.text}
        items.append({**_item("message", "msg"), "role": "assistant", "content": [part]})
    return items + [_function_call(each) for each in answer.calls]


def _item(kind: str, prefix: str) -> Json:
    return {"id": identifier(prefix), "type": kind, "status": "completed"}


def _function_call(each: Call) -> Json:
    facts = {"call_id": identifier("call"), "name": each.name, "arguments": each.arguments}
    return {**_item("function_call", "fc"), **facts}


def _reasoning(body: Json) -> Json:
    sealed = "gAAAAA" if _ENCRYPTED in body.get("include", ()) else None
    return {**_item("reasoning", "rs"), "summary": [], "encrypted_content": sealed}


class _Events:
    """The events of one response, numbered in the order they are added."""

    def __init__(self, body: Json) -> None:
        self.frames: list[Frame] = []
        self.output: list[Json] = []
        self._numbers = itertools.count()
        self.base: Json = {
            "id": identifier("resp"),
            "object": "response",
            "created_at": CREATED,
            "status": "in_progress",
            "error": None,
            "incomplete_details": None,
            "instructions": body.get("instructions"),
            "metadata": {},
            "model": body["model"],
            "output": [],
            "parallel_tool_calls": body.get("parallel_tool_calls", True),
            "previous_response_id": body.get("previous_response_id"),
            "store": body.get("store", True),
            "temperature": 1.0,
            "tool_choice": body.get("tool_choice", "auto"),
            "tools": body.get("tools", []),
            "top_p": 1.0,
            "usage": None,
        }
        self.add("response.created", response=self.base)
        self.add("response.in_progress", response=self.base)

    def add(self, kind: str, /, **fields: Any) -> None:
        payload = {"type": kind, "sequence_number": next(self._numbers), **fields}
        self.frames.append(Frame(sse(payload, kind), _CARRIES.get(kind)))

    def completed(self, answer: Answer) -> Json:
        spent = tokens_of(answer)
        usage = {
            "input_tokens": 100,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": spent,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 100 + spent,
        }
        more = {"usage": usage, "metadata": dict(answer.metadata)}
        return {**self.base, "status": "completed", "output": self.output, **more}

    def open_item(self, index: int, item: Json, **blank: Any) -> None:
        opened = {**item, "status": "in_progress", **blank}
        self.add("response.output_item.added", output_index=index, item=opened)

    def close_item(self, index: int, item: Json) -> None:
        self.add("response.output_item.done", output_index=index, item=item)
        self.output.append(item)


_CARRIES: dict[str, Any] = {
    "response.output_text.delta": "text",
    "response.function_call_arguments.delta": "arguments",
}


def _write_message(events: _Events, index: int, item: Json) -> None:
    part = item["content"][0]
    at = {"item_id": item["id"], "output_index": index, "content_index": 0}
    events.open_item(index, item, content=[])
    events.add("response.content_part.added", **at, part={**part, "text": ""})
    for word in words_of(part["text"]):
        events.add("response.output_text.delta", **at, delta=word, logprobs=[])
    events.add("response.output_text.done", **at, text=part["text"], logprobs=[])
    events.add("response.content_part.done", **at, part=part)
    events.close_item(index, item)


def _write_call(events: _Events, index: int, item: Json) -> None:
    at = {"item_id": item["id"], "output_index": index}
    kind = "response.function_call_arguments"
    events.open_item(index, item, arguments="")
    for piece in pieces_of(item["arguments"]):
        events.add(f"{kind}.delta", **at, delta=piece)
    events.add(f"{kind}.done", **at, name=item["name"], arguments=item["arguments"])
    events.close_item(index, item)


def _write_reasoning(events: _Events, index: int, item: Json) -> None:
    events.open_item(index, item)
    events.close_item(index, item)


_WRITERS = {
    "message": _write_message,
    "function_call": _write_call,
    "reasoning": _write_reasoning,
}

RESPONSES = Wire(prompt, refusal, stream, whole, failed)

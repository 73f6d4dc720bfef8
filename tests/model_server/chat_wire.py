"""`POST /v1/chat/completions`: chunks of one choice, then usage, then `[DONE]`."""

from typing import Any

from tests.model_server.script import Answer, Prompt
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


def prompt(body: Json) -> Prompt:
    messages = body["messages"]
    results = 0
    for message in reversed(messages):
        if message["role"] == "user":
            return Prompt(text_of(message["content"]), results, len(messages))
        results += message["role"] == "tool"
    return Prompt("", results, len(messages))


def refusal(body: Json) -> Refusal | None:
    """Return why the vendor would refuse the request: calls and results that are no pairs."""
    messages = body["messages"]
    called = {each["id"] for message in messages for each in message.get("tool_calls") or ()}
    returned = {message["tool_call_id"] for message in messages if message["role"] == "tool"}
    if unanswered := called - returned:
        return Refusal(f"These tool_call_ids did not have response messages: {min(unanswered)}")
    if returned - called:
        return Refusal("Messages with role 'tool' must follow a message with 'tool_calls'.")
    return None


def stream(answer: Answer, body: Json) -> list[Frame]:
    base = _base(body, "chat.completion.chunk")
    frames = [_chunk(base, {"role": "assistant", "content": "" if answer.text else None})]
    words = words_of(answer.text or "")
    frames += [_chunk(base, {"content": word}, carries="text") for word in words]
    for index, each in enumerate(_tool_calls(answer)):
        frames += _call_chunks(base, index, each)
    cut = exceeds(answer, body.get("max_tokens"))
    frames.append(_chunk(base, {}, finish="length" if cut else _finish_reason(answer)))
    if (body.get("stream_options") or {}).get("include_usage"):
        frames.append(Frame(sse({**base, "choices": [], "usage": _usage(answer)})))
    return [*frames, Frame(b"data: [DONE]\n\n")]


def whole(answer: Answer, body: Json) -> Json:
    message: Json = {"role": "assistant", "content": answer.text, "refusal": None}
    if answer.calls:
        message["tool_calls"] = _tool_calls(answer)
    choice = {"index": 0, "message": message, "finish_reason": _finish_reason(answer)}
    base = _base(body, "chat.completion")
    return {**base, "choices": [{**choice, "logprobs": None}], "usage": _usage(answer)}


def failed(body: Json) -> list[Frame]:
    base = _base(body, "chat.completion.chunk")
    problem = {"message": "The server had an error.", "type": "server_error", "code": 500}
    return [_chunk(base, {"role": "assistant", "content": ""}), Frame(sse({"error": problem}))]


def _base(body: Json, kind: str) -> Json:
    facts = {"id": identifier("chatcmpl"), "object": kind}
    return {**facts, "created": CREATED, "model": body["model"], "system_fingerprint": "fp_test"}


def _chunk(base: Json, delta: Json, finish: str | None = None, carries: Any = None) -> Frame:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return Frame(sse({**base, "choices": [choice]}), carries)


def _tool_calls(answer: Answer) -> list[Json]:
    return [
        {
            "id": identifier("call"),
            "type": "function",
            "function": {"name": each.name, "arguments": each.arguments},
        }
        for each in answer.calls
    ]


def _call_chunks(base: Json, index: int, each: Json) -> list[Frame]:
    function = each["function"]
    opening = {**each, "index": index, "function": {**function, "arguments": ""}}
    pieces = [
        {"index": index, "function": {"arguments": piece}}
        for piece in pieces_of(function["arguments"])
    ]
    return [
        _chunk(base, {"tool_calls": [opening]}),
        *(_chunk(base, {"tool_calls": [piece]}, carries="arguments") for piece in pieces),
    ]


def _finish_reason(answer: Answer) -> str:
    return "tool_calls" if answer.calls else "stop"


def _usage(answer: Answer) -> Json:
    spent = tokens_of(answer)
    return {"prompt_tokens": 100, "completion_tokens": spent, "total_tokens": 100 + spent}


CHAT = Wire(prompt, refusal, stream, whole, failed)

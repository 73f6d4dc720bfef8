"""The built-in assistant, as a model of the Agents SDK: the one module that knows both."""

import asyncio
import json
import re
import sys
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from agents import ItemHelpers
from agents.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agents.model_settings import ModelSettings
from agents.models.interface import Model
from agents.tool import Tool
from agents.usage import Usage
from openai.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputMessage,
    ResponseOutputText,
)

from chat_api import assistant
from chat_api.agent.instructions import now_of, surface_of
from chat_api.agent.response_objects import completed, item_done, response_of, text_delta, usage_of
from chat_api.assistant.contract import (
    CompletedCall,
    Json,
    Reply,
    ToolCall,
    ToolCalls,
    ToolError,
    ToolResult,
    Transcript,
    TranscriptTurn,
)

# A reply is streamed a few words at a time.
_PIECE = re.compile(r"(?:\S+\s*){1,5}|\s+")

# Seconds after which a thread that computes lets another go on.
_USUAL_SWITCH = sys.getswitchinterval()
_SHORT_SWITCH = 0.0002


class OfflineModel(Model):
    """Understands everyday task commands by rules: same input, same calls and words, no network.

    It holds no state, so one instance serves all turns. The time comes from the instructions;
    without one there, it is that of UTC. What a reply is about and what it asks are in the
    response's metadata, as JSON: `task_ids`, `suggestions` and `pending`.
    """

    def __init__(self) -> None:
        # Patterns compile for as long as half of the imports take. The process serves meanwhile,
        # and a message that comes at once waits for the end, but keeps no other request waiting.
        self._loaded: Future[None] = Future()
        self._loaded.set_running_or_notify_cancel()
        threading.Thread(target=self._load, name="assistant-load", daemon=True).start()

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 (the interface's name)
        model_settings: ModelSettings,
        tools: list[Tool],
        *_: Any,
        **__: Any,
    ) -> ModelResponse:
        """Return the calls or the reply that come next."""
        await self._until_loaded()
        response = _response(system_instructions, input, tools)
        return ModelResponse(
            output=response.output, usage=Usage(requests=1), response_id=response.id
        )

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 (the interface's name)
        model_settings: ModelSettings,
        tools: list[Tool],
        *_: Any,
        **__: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Stream the calls or the reply that come next."""
        await self._until_loaded()
        response = _response(system_instructions, input, tools)
        for item in response.output:
            if isinstance(item, ResponseOutputMessage):
                for piece in _PIECE.findall(ItemHelpers.extract_text(item) or ""):
                    yield text_delta(piece)
            yield item_done(item)
        yield completed(response)

    def _load(self) -> None:
        try:
            with _short_switches():
                assistant.load()
        except Exception as error:
            self._loaded.set_exception(error)
        else:
            self._loaded.set_result(None)

    async def _until_loaded(self) -> None:
        if not self._loaded.done():
            await asyncio.wrap_future(self._loaded)


@contextmanager
def _short_switches() -> Iterator[None]:
    """Let other threads go on at once while one computes.

    Each read and write of theirs would wait for it as long as is usual, 5 ms: then the process gets
    ready only when all is loaded.
    """
    sys.setswitchinterval(_SHORT_SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(_USUAL_SWITCH)


def _response(
    instructions: str | None, items: str | list[TResponseInputItem], tools: list[Tool]
) -> Response:
    capabilities = frozenset(tool.name for tool in tools)
    transcript, surface = transcript_of(items), surface_of(instructions)
    match assistant.respond(transcript, _now(instructions), capabilities, surface):
        case ToolCalls(calls):
            return _response_of([_function_call(call) for call in calls], {})
        case Reply() as reply:
            return _response_of([_message(reply.text)], _metadata(reply))


def _response_of(output: list[ResponseOutputItem], metadata: dict[str, str]) -> Response:
    # No tokens are used: there is no language model.
    return response_of(f"resp_{uuid4().hex}", output, usage_of(0, 0, 0, 0), metadata)


def _function_call(call: ToolCall) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        type="function_call",
        id=f"fc_{uuid4().hex}",
        call_id=f"call_{uuid4().hex}",
        name=call.name,
        arguments=json.dumps(call.arguments, ensure_ascii=False),
        status="completed",
    )


def _message(text: str) -> ResponseOutputMessage:
    return ResponseOutputMessage(
        type="message",
        id=f"msg_{uuid4().hex}",
        role="assistant",
        status="completed",
        content=[ResponseOutputText(type="output_text", text=text, annotations=[])],
    )


def _now(instructions: str | None) -> datetime:
    """Return the user's date and time, which the instructions name."""
    return now_of(instructions) or datetime.now(UTC)


def _metadata(reply: Reply) -> dict[str, str]:
    details = {
        "task_ids": reply.task_ids,
        "suggestions": reply.suggestions,
        "pending": reply.pending,
    }
    return {name: json.dumps(value, ensure_ascii=False) for name, value in details.items()}


def transcript_of(items: str | Iterable[Any]) -> Transcript:
    """Read input items of the Responses API; other items than messages and calls are left out."""
    if isinstance(items, str):
        return Transcript((TranscriptTurn(items),))
    known = [item for item in items if isinstance(item, Mapping)]
    outputs = {i.get("call_id"): i.get("output") for i in known if _is(i, "function_call_output")}
    turns: list[TranscriptTurn] = []
    for item in known:
        if item.get("role") == "user":
            turns.append(TranscriptTurn(_text_of(item.get("content"))))
        elif turns:
            turns[-1] = _continued(turns[-1], item, outputs)
    return Transcript(tuple(turns) or (TranscriptTurn(""),))


def _is(item: Json, kind: str) -> bool:
    return item.get("type") == kind


def _continued(turn: TranscriptTurn, item: Json, outputs: Mapping[Any, Any]) -> TranscriptTurn:
    if _is(item, "function_call") and item.get("call_id") in outputs:
        call = ToolCall(str(item.get("name")), _object(item.get("arguments")) or {})
        completed = CompletedCall(call, _result_of(outputs[item.get("call_id")]))
        return replace(turn, done=(*turn.done, completed))
    if item.get("role") == "assistant":
        return replace(
            turn,
            reply=turn.reply + _text_of(item.get("content")),
            task_ids=tuple(item.get("task_ids") or ()),
            pending=item.get("pending"),
        )
    return turn


def _text_of(content: Any) -> str:
    """Return the text of a message's or an output's content: a string, or a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return str(content.get("text") or "")
    return "".join(_text_of(part) for part in content) if isinstance(content, list) else ""


def _result_of(output: Any) -> ToolResult:
    """Return the result in a tool output; whatever is no JSON object of ours is an error's text."""
    text = _text_of(output)
    data = _object(text) or {}
    if "task_id" in data or isinstance(data.get("tasks"), list):
        return ToolResult(data)
    if "code" in data and "message" in data:
        return ToolResult(error=ToolError(str(data["code"]), str(data["message"]), data))
    return ToolResult(error=ToolError(message=text))


def _object(text: Any) -> Json | None:
    if not isinstance(text, str):
        return None
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None

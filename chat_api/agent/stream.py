"""Translation of the Agents SDK's stream into the events of a turn."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from agents import RawResponsesStreamEvent, RunItemStreamEvent, RunResultStreaming
from agents.items import ToolCallItem, ToolCallOutputItem
from openai.types.responses import ResponseCompletedEvent, ResponseTextDeltaEvent

from chat_api.agent.mcp_tools import ToolOutcome
from chat_api.agent.reply_details import ReplyDetails
from chat_api.agent.tool_errors import ToolError
from chat_api.events import AgentEvent, TextDelta, ToolCalled, ToolFinished

PARAGRAPH = "\n\n"


async def agent_events(
    run: RunResultStreaming, outcome: Callable[[str], ToolOutcome | None]
) -> AsyncIterator[AgentEvent | ReplyDetails]:
    """Yield the events of a run, and at its end the details of the reply if the model gave any.

    `outcome` returns the outcome of a call by its id.
    """
    details: ReplyDetails | None = None
    calls: dict[str, ToolCalled] = {}
    has_text = new_paragraph = False
    async for event in run.stream_events():
        match event:
            case RawResponsesStreamEvent(data=ResponseTextDeltaEvent() as text):
                # Text before and after a tool call are paragraphs of one reply.
                yield TextDelta(delta=PARAGRAPH + text.delta if new_paragraph else text.delta)
                has_text, new_paragraph = True, False
            case RawResponsesStreamEvent(data=ResponseCompletedEvent(response=response)):
                details = ReplyDetails.of_metadata(response.metadata)
            case RunItemStreamEvent(name="tool_called", item=ToolCallItem() as item):
                called = _called(item)
                calls[called.id] = called
                new_paragraph = has_text
                yield called
            case RunItemStreamEvent(name="tool_output", item=ToolCallOutputItem() as item):
                yield _finished(item, calls, outcome)
            case _:
                pass
    if details is not None:
        yield details


def _called(item: ToolCallItem) -> ToolCalled:
    raw = item.raw_item
    return ToolCalled(
        id=str(_field(raw, "call_id")),
        name=str(_field(raw, "name")),
        arguments=_with_numeric_task_id(_arguments(_field(raw, "arguments"))),
    )


def _finished(
    item: ToolCallOutputItem,
    calls: dict[str, ToolCalled],
    outcome: Callable[[str], ToolOutcome | None],
) -> ToolFinished:
    call_id = str(_field(item.raw_item, "call_id"))
    answer = outcome(call_id)
    if answer is None:
        # The SDK answers in the place of a tool that does not exist.
        answer = ToolOutcome(ToolError(message=str(item.output)).result(), is_error=True)
    name = calls[call_id].name if call_id in calls else "unknown"
    return ToolFinished(id=call_id, name=name, result=answer.result, is_error=answer.is_error)


def _field(raw: Any, name: str) -> Any:
    return raw.get(name) if isinstance(raw, dict) else getattr(raw, name, None)


def _arguments(text: Any) -> dict[str, Any]:
    try:
        arguments = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return arguments if isinstance(arguments, dict) else {}


def _with_numeric_task_id(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with an integer `task_id`: weak models quote it, which tools accept."""
    task_id = arguments.get("task_id")
    if not (isinstance(task_id, str) and task_id.isascii() and task_id.isdecimal()):
        return arguments
    return {**arguments, "task_id": int(task_id)}

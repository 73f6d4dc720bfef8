"""The model's input, rebuilt from stored messages alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents import TResponseInputItem

from chat_api.agent.tool_errors import ToolError
from chat_api.events import TurnStatus
from db.models import Message

_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_ITEM = 4
_EARLY_END_NOTES: Mapping[str, str] = {
    TurnStatus.FAILED: "(This reply broke off because of an error.)",
    TurnStatus.CANCELLED: "(The user stopped this reply.)",
    TurnStatus.INTERRUPTED: "(This reply was interrupted.)",
}


def model_input(
    history: Sequence[Message], message: str, *, budget: int
) -> list[TResponseInputItem]:
    """Return the newest messages that fit the budget, oldest first, then the user's message.

    A message is taken whole: a tool call never comes without its result. `budget` is in tokens,
    estimated from characters. The window starts with something that the user said.
    """
    taken: list[list[TResponseInputItem]] = []
    left = budget
    for earlier in reversed(history):
        items = list(_items(earlier))
        left -= sum(_tokens(item) for item in items)
        if left < 0:
            break
        taken.append(items)
    kept = [item for items in reversed(taken) for item in items]
    first = next((i for i, item in enumerate(kept) if item.get("role") == "user"), len(kept))
    return [*kept[first:], {"role": "user", "content": message}]


def _items(message: Message) -> Iterator[TResponseInputItem]:
    if message.role == "user":
        yield {"role": "user", "content": message.content}
        return
    for number, call in enumerate(message.tool_calls, 1):
        # Servers number their calls anew in each reply; within one history ids must differ.
        call_id = f"call_{message.id.hex}_{number}"
        yield {
            "type": "function_call",
            "call_id": call_id,
            "name": call["name"],
            "arguments": json.dumps(call["arguments"]),
        }
        yield {"type": "function_call_output", "call_id": call_id, "output": _output(call)}
    text = "\n\n".join(
        part for part in (message.content, _EARLY_END_NOTES.get(message.status)) if part
    )
    if text:
        yield {"role": "assistant", "content": text}


def _output(call: dict[str, Any]) -> str:
    result = call["result"]
    return ToolError.of(result).text() if call["is_error"] else json.dumps(result)


def _tokens(item: TResponseInputItem) -> int:
    text = "".join(str(value) for value in item.values())
    return len(text) // _CHARACTERS_PER_TOKEN + _TOKENS_PER_ITEM
